#include "adapters/sms/console_gateway.hpp"

#include <spdlog/spdlog.h>

#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "adapters/api/answer.hpp"
#include "adapters/api/media_type.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::sms {

namespace {

using api::Problem;

/// The host of a Host header: without its port, brackets kept.
std::string_view host_of(std::string_view header) {
    const auto bracket = header.rfind(']');
    const auto colon = header.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return header.substr(0, colon);
}

bool is_loopback_host(std::string_view header) {
    const auto host = host_of(header);
    const bool numeric = host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
    return numeric || host == "[::1]" || http::same_letters(host, "localhost");
}

std::optional<Problem> refuse_strangers(const http::Request& request) {
    if (request.loopback && is_loopback_host(http::find_header(request.headers, "Host"))) return {};
    return Problem{
        .status = 403,
        .code = "loopbackOnly",
        .description = "the console gateway speaks to this machine alone: connect to 127.0.0.1 by that name"};
}

std::optional<Problem> refuse_forms(const http::Request& request) {
    const auto type = api::bare_media_type(http::find_header(request.headers, "Content-Type"));
    if (!http::same_letters(type, "application/json"))
        return Problem{.status = 415, .code = "unsupportedMediaType", .description = "send application/json"};
    if (request.body.size() > ConsoleGateway::max_body_bytes)
        return Problem{.status = 413, .code = "tooLarge", .description = "a reply is at most 16 KiB"};
    return {};
}

struct Reply {
    Msisdn from;
    std::string text;
};

std::expected<Reply, Problem> parse_reply(const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object()) return std::unexpected(api::invalid("body", "must be a JSON object"));
    const auto text_of = [&](const char* key) -> const std::string* {
        const auto found = json.find(key);
        return found == json.end() ? nullptr : found->get_ptr<const std::string*>();
    };
    const auto* const from = text_of("from");
    const auto msisdn = from == nullptr ? std::nullopt : Msisdn::parse(*from);
    if (!msisdn)
        return std::unexpected(api::invalid("from", "must be the subscriber's number, 1 to 15 digits as a text"));
    if (json.contains("to") && text_of("to") == nullptr) return std::unexpected(api::invalid("to", "must be a text"));
    const auto* const text = text_of("text");
    if (text == nullptr) return std::unexpected(api::invalid("text", "must be the reply, as a text"));
    return Reply{*msisdn, *text};
}

http::Response taken() { return {.headers = {{"Content-Type", "application/json"}}, .body = R"({"status":"taken"})"}; }

}  // namespace

void ConsoleGateway::send(std::vector<OutboxText> texts) {
    for (OutboxText& text : texts) {
        spdlog::info("a text is in the outbox: gateway=console to={} path={}", text.to.masked(), outbox_path);
        const std::int64_t number = text.number;
        {
            const std::scoped_lock lock(mutex_);
            messages_.push_back(std::move(text));
            if (messages_.size() > max_messages) messages_.pop_front();
        }
        hooks_.on_result({.number = number, .accepted = true});
    }
}

void ConsoleGateway::forget(Msisdn msisdn) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(messages_, [&](const OutboxText& message) { return message.to == msisdn; });
}

http::Response ConsoleGateway::outbox(const http::Request& request) const {
    if (auto problem = refuse_strangers(request)) return api::error_answer(*std::move(problem));
    std::string body = R"({"messages":[)";
    const std::scoped_lock lock(mutex_);
    for (const auto& message : messages_) {
        if (body.back() != '[') body += ',';
        body += R"({"to":)";
        geojson::append_json_string(body, message.to.text());
        body += R"(,"text":)";
        geojson::append_json_string(body, message.text);
        body += R"(,"at":)" + std::to_string(message.at_ms) + '}';
    }
    body += "]}";
    return api::bare_answer("application/json", std::move(body));
}

void ConsoleGateway::inbox(const http::Request& request, http::Reply reply) {
    for (const auto check : {refuse_strangers, refuse_forms})
        if (auto problem = check(request)) return reply(api::error_answer(*std::move(problem)));
    auto parsed = parse_reply(request.body);
    if (!parsed) return reply(api::error_answer(std::move(parsed.error())));
    const IncomingText text{.from = parsed->from, .text = std::move(parsed->text), .gateway_ms = hooks_.now_ms()};
    hooks_.on_text(text, [reply = std::move(reply)](bool durable) mutable {
        reply(durable ? taken() : api::error_answer(api::unavailable("the reply could not be kept: send it again")));
    });
}

}  // namespace simtrail::sms
