#include "adapters/operations/operator_service.hpp"

#include <string_view>
#include <utility>

#include "adapters/operations/metrics.hpp"

namespace simtrail::operations {

namespace {

http::Response text_answer(int status, std::string text, std::string_view type = "text/plain; charset=utf-8") {
    return {.status = status,
            .headers = {{"Content-Type", std::string{type}}, {"Cache-Control", "no-store"}},
            .body = std::move(text)};
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

}  // namespace

/// What a path serves: GET (and HEAD) or POST.
struct OperatorService::Route {
    bool post = false;
    std::function<void(const http::Request&, http::Reply)> answer;

    bool takes(std::string_view method) const { return post ? method == "POST" : method == "GET" || method == "HEAD"; }
    std::string_view allowed() const { return post ? "POST" : "GET, HEAD"; }
};

OperatorService::OperatorService(OperatorHooks hooks) : hooks_(std::move(hooks)) {}

std::optional<OperatorService::Route> OperatorService::route(std::string_view path) {
    if (path == "/healthz")
        return Route{.answer = [](const http::Request&, http::Reply reply) { reply(text_answer(200, "ok\n")); }};
    if (path == "/readyz")
        return Route{.answer = [this](const http::Request&, http::Reply reply) {
            const auto reason = hooks_.not_ready();
            reply(reason ? text_answer(503, "not ready: " + *reason + '\n') : text_answer(200, "ready\n"));
        }};
    if (path == "/metrics")
        return Route{.answer = [this](const http::Request&, http::Reply reply) {
            reply(text_answer(200, hooks_.metrics(), Metrics::content_type));
        }};
    if (hooks_.console != nullptr && path == sms::ConsoleGateway::outbox_path)
        return Route{.answer = [this](const http::Request& request, http::Reply reply) {
            reply(hooks_.console->outbox(request));
        }};
    if (hooks_.console != nullptr && path == sms::ConsoleGateway::inbox_path)
        return Route{.post = true, .answer = [this](const http::Request& request, http::Reply reply) {
                         hooks_.console->inbox(request, std::move(reply));
                     }};
    return std::nullopt;
}

void OperatorService::handle(http::Request request, http::Reply reply) {
    const auto found = route(path_of(request.target));
    if (!found) return reply(text_answer(404, "there is nothing here\n"));
    if (found->takes(request.method)) return found->answer(request, std::move(reply));
    http::Response refused = text_answer(405, "another method is needed\n");
    refused.headers.emplace_back("Allow", found->allowed());
    reply(std::move(refused));
}

http::Response OperatorService::refusal(int status, std::string_view reason) {
    return text_answer(status, std::string{reason} + '\n');
}

}  // namespace simtrail::operations
