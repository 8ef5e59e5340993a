#include "adapters/sms/kannel/incoming.hpp"

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "adapters/api/target.hpp"
#include "adapters/sms/kannel/charset.hpp"

namespace simtrail::sms::kannel {

namespace {

constexpr std::int64_t tell_every_ms = 10'000;  // a flood of strangers is one line in ten seconds
constexpr std::size_t max_id_bytes = 64;

constexpr std::array<std::string_view, 9> parameters{"secret", "from", "text",  "charset", "coding",
                                                     "time",   "id",   "state", "detail"};

/// Kannel encodes as forms do: a plus sign is a space.
std::optional<api::Query> query_of(std::string_view target) {
    std::string text;
    for (const char c : api::split_target(target).query)
        if (c == '+')
            text += "%20";
        else
            text += c;
    auto query = api::Query::parse(text, parameters);
    if (!query) return std::nullopt;
    return *std::move(query);
}

std::string_view value(const api::Query& query, std::string_view name) {
    const std::string* const found = query.find(name);
    return found == nullptr ? std::string_view{} : std::string_view{*found};
}

/// Kannel's %T, in Unix seconds.
std::optional<std::int64_t> unix_ms(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr std::int64_t latest = 253'402'300'799;  // of the year 9999
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > latest)
        return std::nullopt;
    return seconds * 1000;
}

std::optional<Msisdn> sender(std::string_view from) {
    while (from.starts_with(' ')) from.remove_prefix(1);  // "+91" whose plus sign somebody did not encode
    return subscriber(from);
}

/// As Kannel's codings are where nobody says more: 0 seven bits, 1 binary, 2 UCS-2.
std::string_view charset_of(const api::Query& query) {
    const std::string_view charset = value(query, "charset");
    if (!charset.empty()) return charset;
    const std::string_view coding = value(query, "coding");
    return coding == "1" ? "8-bit" : coding == "2" ? "utf-16be" : "utf-8";
}

/// The charset of a body: of its Content-Type where that names one.
std::string charset_of_body(const http::Request& request, [[maybe_unused]] const api::Query& query) {
    std::string_view type = http::find_header(request.headers, "Content-Type");
    constexpr std::string_view key = "charset=";
    const auto at = type.find(key);
#ifndef SIMTRAIL_PLANTED_BUGS  // the bug that kannel_request_fuzzer must find
    if (at == std::string_view::npos) return std::string{charset_of(query)};
#endif
    type.remove_prefix(at + key.size());
    if (type.starts_with('"')) type.remove_prefix(1);
    return std::string{type.substr(0, type.find_first_of("\"; "))};
}

std::optional<ReceiptState> receipt_state(std::string_view state) {
    if (state == "1") return ReceiptState::delivered;
    if (state == "2" || state == "16") return ReceiptState::failed;
    if (state == "4" || state == "8") return ReceiptState::under_way;
    return std::nullopt;
}

std::string word_after(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    if (at == std::string_view::npos) return {};
    constexpr std::size_t longest = 16;
    const auto word = text.substr(at + key.size(), longest);
    const auto* const end = std::ranges::find_if_not(
        word, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    return {word.begin(), end};
}

/// The SMSC's words hold the beginning of the text itself (SMPP 3.4, appendix B): only what names the outcome is kept.
std::string receipt_detail(std::string_view detail) {
    if (detail.starts_with("NACK/")) return "refused by the SMSC " + word_after(detail, "NACK/");
    const std::string state = word_after(detail, "stat:"), error = word_after(detail, "err:");
    return state.empty() ? "" : state + (error.empty() ? "" : " err:" + error);
}

http::Response answer(int status, std::string_view reason = {}) {
    return {.status = status,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = reason.empty() ? "" : std::string{reason} + '\n'};
}

GatewayHooks::Done answer_when_done(http::Reply reply) {
    return [reply = std::move(reply)](bool durable) mutable {
        reply(durable ? answer(200) : answer(503, "it could not be kept: bring it again"));
    };
}

}  // namespace

Incoming::Incoming(std::string secret, SourceList sources, const GatewayHooks& hooks)
    : secret_(std::move(secret)), sources_(std::move(sources)), hooks_(hooks) {}

void Incoming::handle(http::Request request, http::Reply reply) {
    if (!sources_.contains(request.peer))
        return refuse(request, std::move(reply), 403, "its address is not in allowed_sources");
    const auto query = query_of(request.target);
    if (!query) return refuse(request, std::move(reply), 400, "its query is not well-formed");
    if (!knows_secret(*query)) return refuse(request, std::move(reply), 403, "it does not know the secret");
    if (request.method != "GET" && request.method != "POST")
        return refuse(request, std::move(reply), 405, "Kannel asks by GET or POST");
    if (request.body.size() > max_body_bytes) return refuse(request, std::move(reply), 413, "its body is too long");
    const auto path = api::split_target(request.target).path;
    if (path == text_path) return take_text(request, *query, std::move(reply));
    if (path == receipt_path) return take_receipt(request, *query, std::move(reply));
    refuse(request, std::move(reply), 404, "its path is neither /text nor /receipt");
}

void Incoming::take_text(const http::Request& request, const api::Query& query, http::Reply reply) {
    const bool posted = request.method == "POST";
    if (query.find("from") == nullptr || (!posted && query.find("text") == nullptr))
        return refuse(request, std::move(reply), 400, "its URL needs from=%p, text=%b, charset=%C and time=%T");
    const auto from = sender(value(query, "from"));
    if (!from) return refuse(request, std::move(reply), 200, "its sender is not a number");
    auto text = posted ? utf8_of(request.body, charset_of_body(request, query))
                       : utf8_of(value(query, "text"), charset_of(query));
    if (!text)
        return refuse(request, std::move(reply), 200, "it is a binary message, or in a charset other than UTF-8");
    const auto taken_ms = unix_ms(value(query, "time"));
    hooks_.on_text({.from = *from, .text = *std::move(text), .gateway_ms = taken_ms ? *taken_ms : hooks_.now_ms()},
                   answer_when_done(std::move(reply)));
}

void Incoming::take_receipt(const http::Request& request, const api::Query& query, http::Reply reply) {
    const auto state = receipt_state(value(query, "state"));
    const std::string_view id = value(query, "id");
    if (!state || id.empty() || id.size() > max_id_bytes)
        return refuse(request, std::move(reply), 200, "it reports on no text, or a state that was not asked for");
    hooks_.on_receipt(
        {.message_ids = {std::string{id}}, .state = *state, .detail = receipt_detail(value(query, "detail"))},
        answer_when_done(std::move(reply)));
}

void Incoming::refuse(const http::Request& request, http::Reply reply, int status, std::string_view reason) {
    const std::int64_t now_ms = hooks_.now_ms();
    if (now_ms - refusal_told_ms_ >= tell_every_ms) {
        refusal_told_ms_ = now_ms;
        spdlog::warn("kannel: a request from {} is not used: {}: {}", request.peer, status, reason);
    }
    reply(status == 200 ? answer(200) : answer(status, reason));
}

/// All of its bytes are compared, whatever the first ones are; its length is no secret.
bool Incoming::knows_secret(const api::Query& query) const {
    const std::string_view shown = value(query, "secret");
    return shown.size() == secret_.size() && CRYPTO_memcmp(shown.data(), secret_.data(), secret_.size()) == 0;
}

http::Response Incoming::refusal(int status, std::string_view reason) { return answer(status, reason); }

std::string receipt_url_of(std::string_view base, std::string_view secret, std::string_view message_id) {
    std::string url{base};
    url += Incoming::receipt_path;
    url.append("?secret=").append(secret).append("&id=").append(message_id).append("&state=%d&detail=%A");
    return url;
}

}  // namespace simtrail::sms::kannel
