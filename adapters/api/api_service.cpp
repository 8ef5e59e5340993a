#include "adapters/api/api_service.hpp"

#include <expected>
#include <utility>

#include "adapters/api/event_stream.hpp"
#include "adapters/api/feed_operation.hpp"
#include "adapters/api/key_ring.hpp"
#include "adapters/api/letters.hpp"
#include "adapters/api/media_type.hpp"
#include "adapters/api/routes.hpp"
#include "adapters/api/target.hpp"

namespace simtrail::api {

namespace {

template <class Value>
using Checked = std::expected<Value, Problem>;

Problem unauthenticated(std::string_view what, std::string_view challenge) {
    return {.status = 401,
            .code = "unauthenticated",
            .description = std::string(what),
            .headers = {{"WWW-Authenticate", std::string(challenge)}}};
}

Problem no_key() { return unauthenticated("send your key as Authorization: Bearer KEY", R"(Bearer realm="simtrail")"); }

Problem bad_key(KeyFault fault) {
    const std::string_view what = fault == KeyFault::expired   ? "the key has expired: ask the operator for another"
                                  : fault == KeyFault::revoked ? "the key was revoked: ask the operator for another"
                                                               : "the key is not known: look whether it is complete";
    return unauthenticated(what, R"(Bearer realm="simtrail", error="invalid_token")");
}

Problem missing_scope(access::Scope scope) {
    const std::string name(access::scope_names[static_cast<std::size_t>(scope)]);
    return {.status = 403,
            .code = "insufficientScope",
            .description = "the key has not the scope " + name + ": ask the operator for one that has",
            .info = R"({"scope":")" + name + "\"}",
            .headers = {
                {"WWW-Authenticate", R"(Bearer realm="simtrail", error="insufficient_scope", scope=")" + name + "\""}}};
}

std::string listed(std::span<const std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

Problem not_acceptable(const Operation& operation) {
    return {.status = 406,
            .code = "notAcceptable",
            .description = "Accept excludes what is served here: " + listed(operation.answers)};
}

Problem unsupported_body(const Operation& operation) {
    return {.status = 415,
            .code = "unsupportedMediaType",
            .description = "the body is taken, not compressed, as Content-Type: " + listed(operation.bodies)};
}

Problem unrouted(Route route) {
    if (route.allowed.empty()) return not_found("there is no such path: docs/openapi.yaml lists them");
    return {.status = 405,
            .code = "methodNotAllowed",
            .description = "this path takes " + route.allowed,
            .headers = {{"Allow", std::move(route.allowed)}}};
}

/// A feed without a Content-Type is taken for lines; any other body says what it is.
bool takes_body(const Operation& operation, const http::Request& request) {
    const std::string_view type = bare_media_type(http::find_header(request.headers, "Content-Type"));
    const std::string_view coding = trimmed(http::find_header(request.headers, "Content-Encoding"));
    const bool feed = operation.scope == access::Scope::feed;
    if (operation.bodies.empty() || (!feed && request.body.empty())) return true;
    if (!coding.empty() && !http::same_letters(coding, "identity")) return false;
    if (type.empty()) return feed;
    return std::ranges::any_of(operation.bodies, [&](std::string_view each) { return http::same_letters(each, type); });
}

Checked<std::vector<std::string>> decoded_arguments(const Route& route) {
    std::vector<std::string> arguments;
    for (const std::string_view raw : route.arguments) {
        auto argument = percent_decoded(raw);
        if (!argument) return std::unexpected(invalid("path", "has a percent sign without two hex digits behind it"));
        arguments.push_back(*std::move(argument));
    }
    return arguments;
}

/// What a server's refusal is called, by its status.
std::string_view refusal_code(int status) noexcept {
    switch (status) {
        case 400: return "invalidArgument";
        case 408: return "requestTimeout";
        case 413: return "payloadTooLarge";
        case 431: return "headersTooLarge";
        case 501:
        case 505: return "notImplemented";
        case 503: return "unavailable";
        default: return "internal";
    }
}

/// A request that may go on.
struct Admitted {
    const Operation* operation = nullptr;
    std::vector<std::string> arguments;
    ledger::Caller caller;
    std::size_t form = 0;
};

class Api : public ApiService {
   public:
    Api(ApiOptions options, runtime::ControlDesk& control, runtime::TraceDesk& traces, runtime::FeedDesk& feed,
        std::unique_ptr<access::KeySource> keys)
        : desks_{options, control, traces, feed, streams_},
          keys_(std::move(keys), {options.requests_per_second_per_key, options.burst_per_key}) {}

    void handle(http::Request request, http::Reply reply) override {
        if (request.method == "OPTIONS") return reply(options_answer(request));
        auto admitted = admit(request);
        if (!admitted) return reply(error_answer(std::move(admitted).error()));
        admitted->operation->run(desks_, {.request = std::move(request),
                                          .arguments = std::move(admitted->arguments),
                                          .caller = std::move(admitted->caller),
                                          .form = admitted->form,
                                          .reply = std::move(reply)});
    }

    std::unique_ptr<http::BodyConsumer> stream(const http::Request& request) override {
        const Route route = find_route(request.method, split_target(request.target).path);
        if (route.operation == nullptr || route.operation->scope != access::Scope::feed) return nullptr;
        auto admitted = admit(request);
        if (!admitted) return make_refusing_consumer(std::move(admitted).error());
        return make_feed_consumer(desks_, request);
    }

    http::Response refusal(int status, std::string_view reason) override {
        Problem problem{.status = status, .code = refusal_code(status), .description = std::string(reason)};
        if (status == 400) problem.info = R"({"field":"request"})";
        if (status == 503) problem.headers.emplace_back("Retry-After", "1");
        return error_answer(std::move(problem));
    }

    void tick() override {
        const std::int64_t now_ms = desks_.control.now_ms();
        streams_.tick([this, now_ms](std::string_view key_id) { return keys_.is_valid(key_id, now_ms); });
    }

   private:
    static http::Response options_answer(const http::Request& request) {
        Route route = find_route(request.method, split_target(request.target).path);
        if (route.allowed.empty()) return error_answer(unrouted(std::move(route)));
        return {.status = 204, .headers = {{"Allow", std::move(route.allowed)}}};
    }

    Checked<Admitted> admit(const http::Request& request) {
        Route route = find_route(request.method, split_target(request.target).path);
        if (route.operation == nullptr) return std::unexpected(unrouted(std::move(route)));
        const Operation& operation = *route.operation;
        auto caller = authorise(request, operation.scope);
        if (!caller) return std::unexpected(std::move(caller).error());
        const auto form = preferred_type(http::find_header(request.headers, "Accept"), operation.answers);
        if (!form) return std::unexpected(not_acceptable(operation));
        if (!takes_body(operation, request)) return std::unexpected(unsupported_body(operation));
        auto arguments = decoded_arguments(route);
        if (!arguments) return std::unexpected(std::move(arguments).error());
        return Admitted{&operation, *std::move(arguments), *std::move(caller), *form};
    }

    Checked<ledger::Caller> authorise(const http::Request& request, access::Scope scope) {
        const auto text = bearer_key(http::find_header(request.headers, "Authorization"));
        if (!text) return std::unexpected(no_key());
        const std::int64_t now_ms = desks_.control.now_ms();
        const auto key = keys_.find(*text, now_ms);
        if (!key) return std::unexpected(bad_key(key.error()));
        if (const auto wait_ms = keys_.count_request(**key, now_ms))
            return std::unexpected(too_many_requests("this key asks too often: wait", *wait_ms));
        if (!(*key)->scopes.has(scope)) return std::unexpected(missing_scope(scope));
        return ledger::Caller{.tenant = (*key)->tenant, .tenant_name = (*key)->tenant_name, .key_id = (*key)->id};
    }

    EventStreams streams_;
    Desks desks_;
    KeyRing keys_;
};

}  // namespace

std::unique_ptr<ApiService> make_api(ApiOptions options, runtime::ControlDesk& control, runtime::TraceDesk& traces,
                                     runtime::FeedDesk& feed, std::unique_ptr<access::KeySource> keys) {
    return std::make_unique<Api>(options, control, traces, feed, std::move(keys));
}

}  // namespace simtrail::api
