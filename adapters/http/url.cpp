#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "adapters/http/client.hpp"

namespace simtrail::http {

namespace {

constexpr std::size_t max_url_bytes = 2048;
constexpr std::size_t max_host_bytes = 253, max_label_bytes = 63;  // RFC 1035, 2.3.4

using Fault = std::optional<std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Browsers and resolvers read 127.1, 0x7f000001 and 017700000001 as addresses: a host whose last label is a number must be
/// an address in its plain form.
bool ends_in_a_number(std::string_view host) {
    const auto label = host.substr(host.rfind('.') + 1);
    if (std::ranges::all_of(label, is_digit)) return true;
    return label.size() > 1 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X');
}

Fault check_name(std::string_view host) {
    if (host.size() > max_host_bytes) return "its host is too long";
    for (auto rest = host;;) {
        const auto label = rest.substr(0, rest.find('.'));
        const bool letters =
            std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
        if (label.empty() || label.size() > max_label_bytes || !letters || label.front() == '-' || label.back() == '-')
            return "its host is not a name or an address (other alphabets in their xn-- form)";
        if (label.size() == rest.size()) return std::nullopt;
        rest.remove_prefix(label.size() + 1);
    }
}

Fault take_host(std::string_view text, Url& url) {
    std::array<unsigned char, 16> address{};
    if (text.starts_with('[')) {
        url.host = text.substr(1, text.size() - 2);
        url.literal_address = true;
        if (inet_pton(AF_INET6, url.host.c_str(), address.data()) != 1) return "its host is not an IPv6 address";
        return std::nullopt;
    }
    if (text.ends_with('.')) text.remove_suffix(1);  // the root; certificates and checks know names without it
    if (text.empty()) return "it has no host";
    url.host = text;
    std::ranges::transform(url.host, url.host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    url.literal_address = inet_pton(AF_INET, url.host.c_str(), address.data()) == 1;
    if (url.literal_address) return std::nullopt;
    if (ends_in_a_number(url.host)) return "its host is neither a name nor an address in its plain form";
    return check_name(url.host);
}

Fault take_authority(std::string_view authority, Url& url) {
    if (authority.contains('@')) return "it carries credentials";
    const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return "its host is not an IPv6 address";
    const auto colon = authority.find(':', bracket);
    const auto host = authority.substr(0, colon);
    if (bracket != 0 && host.size() != bracket + 1) return "its host is not an IPv6 address";
    url.port = url.secure ? 443 : 80;
    if (colon != std::string_view::npos && colon + 1 < authority.size()) {
        const char* const last = authority.data() + authority.size();
        const auto [end, error] = std::from_chars(authority.data() + colon + 1, last, url.port);
        if (error != std::errc{} || end != last || url.port == 0) return "its port is not a number from 1 to 65535";
    }
    return take_host(host, url);
}

}  // namespace

std::expected<Url, std::string> parse_url(const std::string& text) {
    if (text.size() > max_url_bytes)
        return std::unexpected("it is longer than " + std::to_string(max_url_bytes) + " bytes");
    // A backslash is a slash to browsers and none to RFC 3986: what two readers take for two hosts is refused.
    if (std::ranges::any_of(
            text, [](char c) { return c <= ' ' || c >= '\x7f' || c == '\\' || c == '"' || c == '<' || c == '>'; }))
        return std::unexpected("it has a character that must be percent-encoded");
    Url url;
    std::string_view rest(text);
    const auto mark = rest.find("://");
    const auto scheme = rest.substr(0, mark);
    url.secure = same_letters(scheme, "https");
    if (mark == std::string_view::npos || (!url.secure && !same_letters(scheme, "http")))
        return std::unexpected("its scheme is not http or https");
    rest.remove_prefix(mark + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (auto fault = take_authority(authority, url)) return std::unexpected(*std::move(fault));
    rest.remove_prefix(authority.size());
    url.target = rest.substr(0, rest.find('#'));
    if (!url.target.starts_with('/')) url.target.insert(url.target.begin(), '/');
    return url;
}

}  // namespace simtrail::http
