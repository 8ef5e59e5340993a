#include "adapters/http/head_check.hpp"

#include <algorithm>

#include "adapters/http/message.hpp"

namespace simtrail::http {

namespace {

std::optional<Refusal> bad(std::string reason) { return Refusal{400, std::move(reason)}; }

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || marks.contains(c);
    });
}

/// The framing and routing fields of one head.
struct FramingFields {
    int hosts = 0;
    std::optional<std::string_view> length, coding;

    std::optional<Refusal> note(std::string_view name, std::string_view value) {
        if (same_letters(name, "host")) ++hosts;
        if (same_letters(name, "content-length")) {
            const bool number =
                !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
            if (!number || value.size() > 18) return bad("Content-Length is not a number");
            if (length && *length != value) return bad("two different Content-Length fields");
            length = value;
        }
        if (same_letters(name, "transfer-encoding")) {
            if (coding) return bad("two Transfer-Encoding fields");
            coding = value;
        }
        return std::nullopt;
    }

    std::optional<Refusal> verdict(bool http11) const {
        if (coding && length) return bad("both Content-Length and Transfer-Encoding");
        if (coding && !http11) return bad("Transfer-Encoding in HTTP/1.0");
        if (coding && !same_letters(*coding, "chunked"))
            return Refusal{501, "the only transfer coding served is chunked"};
        if (hosts > 1 || (http11 && hosts == 0)) return bad("a request has one Host field");
        return std::nullopt;
    }
};

std::optional<Refusal> check_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad("the request line is not METHOD TARGET VERSION");
    const auto version = line.substr(last + 1);
    const auto target = line.substr(first + 1, last - first - 1);
    if (!is_token(line.substr(0, first))) return bad("the method is not a token");
    if (target.empty() || std::ranges::any_of(target, [](char c) { return c <= ' ' || c == '\x7f'; }))
        return bad("the request target has a character that must be percent-encoded");
    if (!version.starts_with("HTTP/")) return bad("the request line does not end in HTTP/1.1");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return Refusal{505, "HTTP/1.1 is served, and HTTP/1.0"};
    return std::nullopt;
}

std::optional<Refusal> check_field(std::string_view line, FramingFields& framing) {
    if (line.front() == ' ' || line.front() == '\t') return bad("a header field is folded");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return bad("a header field has no proper name");
    const auto value = trimmed(line.substr(colon + 1));
    if (std::ranges::any_of(value, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; }))
        return bad("a header field has a control character");
    return framing.note(line.substr(0, colon), value);
}

}  // namespace

std::optional<Refusal> check_head(std::string_view head) {
    FramingFields framing;
    bool http11 = false;
    for (bool first = true; !head.empty(); first = false) {
        const auto end = head.find_first_of(std::string_view("\r\n\0", 3));
        if (end == std::string_view::npos || !head.substr(end).starts_with("\r\n"))
            return bad("lines end in CR LF, and neither stands elsewhere");
        const auto line = head.substr(0, end);
        head.remove_prefix(end + 2);
        if (!first && line.empty()) break;
        if (auto refusal = first ? check_request_line(line) : check_field(line, framing)) return refusal;
        if (first) http11 = line.ends_with("1.1");
    }
    return framing.verdict(http11);
}

}  // namespace simtrail::http
