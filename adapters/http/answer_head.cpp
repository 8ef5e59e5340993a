#include "adapters/http/answer_head.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace simtrail::http {

namespace {

bool usable(std::string_view name, std::string_view value) {
    constexpr std::array<std::string_view, 6> own{"content-length", "transfer-encoding", "connection",
                                                  "date",           "x-request-id",      "keep-alive"};
    const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    return !name.empty() && std::ranges::none_of(name, breaks) && std::ranges::none_of(value, breaks) &&
           std::ranges::none_of(own, [&](std::string_view each) { return same_letters(each, name); });
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool status_has_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

std::string make_answer_head(const AnswerHead& head) {
    const int status = head.response.status;
    std::string text("HTTP/1.1 ");
    text.reserve(512);
    const auto phrase =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
    text.append(std::to_string(status)).append(" ").append(phrase.data(), phrase.size()).append("\r\n");
    append_field(text, "Date", head.date);
    if (!head.request_id.empty()) append_field(text, "X-Request-Id", head.request_id);
    for (const auto& [name, value] : head.response.headers)
        if (usable(name, value)) append_field(text, name, value);
    if (status_has_body(status)) {
        if (head.framing == Framing::length)
            append_field(text, "Content-Length", std::to_string(head.response.body.size()));
        if (head.framing == Framing::chunked) append_field(text, "Transfer-Encoding", "chunked");
    }
    if (!head.keep_alive) append_field(text, "Connection", "close");
    if (head.keep_alive && !head.http11) append_field(text, "Connection", "keep-alive");
    return text.append("\r\n");
}

std::string make_chunk(std::string_view bytes) {
    if (bytes.empty()) return {};
    std::array<char, 16> hex{};
    auto* const end = std::to_chars(hex.data(), hex.data() + hex.size(), bytes.size(), 16).ptr;
    std::string text;
    text.reserve(bytes.size() + hex.size() + 4);
    return text.append(hex.data(), end).append("\r\n").append(bytes).append("\r\n");
}

}  // namespace simtrail::http
