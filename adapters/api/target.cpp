#include "adapters/api/target.hpp"

#include <algorithm>

#include "adapters/api/letters.hpp"
#include "adapters/http/message.hpp"

namespace simtrail::api {

namespace {

constexpr std::size_t max_key_chars = 256;  // ours have about 60; longer ones are not worth a hash

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = lower_case(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr bool is_alphanumeric(char c) noexcept {
    return (c >= '0' && c <= '9') || (lower_case(c) >= 'a' && lower_case(c) <= 'z');
}

void append_encoded(std::string& out, char c) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4];
    out += hex[byte & 15];
}

/// The part of `rest` before `separator`, which is taken off with it.
std::string_view take_until(std::string_view& rest, char separator) noexcept {
    const std::string_view part = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

struct RawParameter {
    std::string_view name, value;
};

RawParameter raw_parameter(std::string_view pair) noexcept {
    std::string_view value = pair;
    const std::string_view name = take_until(value, '=');
    return {name, value};
}

bool is_named(std::string_view raw_name, std::string_view name) {
    return raw_name == name || percent_decoded(raw_name) == name;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            bytes += text[i];
            continue;
        }
#ifndef SIMTRAIL_PLANTED_BUGS  // the bug that token_fuzzer must find
        if (text.size() - i < 3) return std::nullopt;
#endif
        const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return bytes;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view plain = "-._~:";
    std::string out;
    for (const char c : text) {
        if (is_alphanumeric(c) || plain.find(c) != std::string_view::npos)
            out += c;
        else
            append_encoded(out, c);
    }
    return out;
}

SplitTarget split_target(std::string_view target) noexcept {
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

bool matches(std::string_view pattern, std::string_view path, std::vector<std::string_view>& arguments) {
    arguments.clear();
    while (!pattern.empty() && !path.empty()) {
        const bool last = pattern.find('/') == std::string_view::npos;
        if (last != (path.find('/') == std::string_view::npos)) return false;
        const std::string_view wanted = take_until(pattern, '/'), given = take_until(path, '/');
        if (wanted == "{}" && !given.empty())
            arguments.push_back(given);
        else if (wanted != given)
            return false;
    }
    return pattern.empty() && path.empty();
}

std::expected<Query, Query::Fault> Query::parse(std::string_view text, std::span<const std::string_view> known) {
    Query query;
    while (!text.empty()) {
        const auto [raw_name, raw_value] = raw_parameter(take_until(text, '&'));
        const auto name =
            std::ranges::find_if(known, [raw = raw_name](std::string_view each) { return is_named(raw, each); });
        if (name == known.end()) continue;
        if (query.find(*name) != nullptr)
            return std::unexpected(Fault{std::string(*name), "is given more than once: give it once"});
        auto value = percent_decoded(raw_value);
        if (!value)
            return std::unexpected(Fault{std::string(*name), "has a percent sign without two hex digits behind it"});
        query.parameters_.push_back({*name, *std::move(value)});
    }
    return query;
}

const std::string* Query::find(std::string_view name) const noexcept {
    for (const Parameter& parameter : parameters_)
        if (parameter.name == name) return &parameter.value;
    return nullptr;
}

std::string query_without(std::string_view query, std::string_view name) {
    constexpr std::string_view plain = "-._~:=&%,@!$'()*+;/?";
    std::string out;
    while (!query.empty()) {
        const std::string_view pair = take_until(query, '&');
        if (pair.empty() || is_named(raw_parameter(pair).name, name)) continue;
        if (!out.empty()) out += '&';
        for (const char c : pair) {
            if (is_alphanumeric(c) || plain.find(c) != std::string_view::npos)
                out += c;
            else
                append_encoded(out, c);
        }
    }
    return out;
}

std::optional<std::string_view> bearer_key(std::string_view header) noexcept {
    constexpr std::string_view scheme = "bearer ", symbols = "-._~+/=";
    if (header.size() <= scheme.size() || !http::same_letters(header.substr(0, scheme.size()), scheme))
        return std::nullopt;
    header.remove_prefix(scheme.size());
    while (header.starts_with(' ')) header.remove_prefix(1);
    const bool has_form = std::ranges::all_of(
        header, [&](char c) { return is_alphanumeric(c) || symbols.find(c) != std::string_view::npos; });
    if (header.empty() || header.size() > max_key_chars || !has_form) return std::nullopt;
    return header;
}

}  // namespace simtrail::api
