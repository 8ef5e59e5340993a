#include "adapters/api/answer.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "engine/geojson/text.hpp"

namespace simtrail::api {

namespace {

http::Response answer(int status, std::string_view media_type) {
    http::Response response;
    response.status = status;
    response.headers.reserve(2);
    response.headers.emplace_back("Content-Type", media_type);
    response.headers.emplace_back("Cache-Control", "no-store");  // where somebody is, and that he may be looked for
    return response;
}

http::Response json_answer(int status) { return answer(status, "application/json"); }

/// Whole seconds, rounded up, at least one: a client that waits so long is not refused for the same reason.
std::string seconds_text(std::int64_t ms) { return std::to_string(std::max<std::int64_t>(1, (ms + 999) / 1000)); }

Problem conflict(std::string_view code, std::string_view description) {
    return {.status = 409, .code = code, .description = std::string(description)};
}

}  // namespace

http::Response data_answer(int status, std::string_view data_json) {
    http::Response response = json_answer(status);
    response.body.reserve(data_json.size() + 24);
    response.body.append(R"({"data":)").append(data_json).append(R"(,"error":{}})");
    return response;
}

http::Response error_answer(Problem problem) {
    http::Response response = json_answer(problem.status);
    std::string& body = response.body;
    body += R"({"data":{},"error":{"code":)";
    geojson::append_json_string(body, problem.code);
    body += R"(,"description":)";
    geojson::append_json_string(body, problem.description);
    body.append(R"(,"additionalInfo":)").append(problem.info).append("}}");
    std::ranges::move(problem.headers, std::back_inserter(response.headers));
    return response;
}

http::Response bare_answer(std::string_view media_type, std::string body) {
    http::Response response = answer(200, media_type);
    response.body = std::move(body);
    return response;
}

Problem invalid(std::string_view field, std::string_view what) {
    std::string info = R"({"field":)";
    geojson::append_json_string(info, field);
    info += '}';
    return {.status = 400,
            .code = "invalidArgument",
            .description = std::string(field).append(" ").append(what),
            .info = std::move(info)};
}

Problem not_found(std::string_view what) {
    return {.status = 404, .code = "notFound", .description = std::string(what)};
}

Problem unavailable(std::string_view what) {
    return {.status = 503, .code = "unavailable", .description = std::string(what), .headers = {{"Retry-After", "1"}}};
}

Problem too_many_requests(std::string_view what, std::int64_t wait_ms) {
    std::string seconds = seconds_text(wait_ms);
    return {.status = 429,
            .code = "tooManyRequests",
            .description = std::string(what),
            .info = R"({"retryAfter":)" + seconds + "}",
            .headers = {{"Retry-After", std::move(seconds)}}};
}

Problem refused(const ledger::Decision& decision) {
    switch (decision.refusal) {
        case ledger::Refusal::not_found: return not_found("there is no such consent or track: look at its id or name");
        case ledger::Refusal::consent_required:
            return {.status = 403,
                    .code = "consentRequired",
                    .description = "the subscriber has not allowed it: request consent and wait for the reply"};
        case ledger::Refusal::name_taken: {
            Problem problem =
                conflict("trackNameTaken", "another track has this name: choose one, or delete that track");
            problem.info = R"({"field":"trackName"})";
            return problem;
        }
        case ledger::Refusal::track_expired:
            return conflict("trackExpired", "the track's time is over: create another");
        case ledger::Refusal::not_started: return conflict("trackNotStarted", "the track was never started: start it");
        case ledger::Refusal::too_soon:
            return too_many_requests("the subscriber was asked a moment ago: wait", decision.retry_after_ms);
        case ledger::Refusal::none: break;
    }
    assert(false);
    return unavailable("the request was refused");
}

}  // namespace simtrail::api
