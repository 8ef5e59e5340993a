#include "adapters/api/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace simtrail::api {

namespace {

/// A whole number, with nothing before or behind it.
std::optional<std::int64_t> parse_number(std::string_view text) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string one_of(std::span<const std::string_view> names) {
    std::string text = "is none of ";
    for (const std::string_view name : names) text.append(name).append(name == names.back() ? "" : ", ");
    return text;
}

}  // namespace

std::expected<Query, Problem> parse_parameters(std::string_view query, std::span<const std::string_view> known) {
    auto parsed = Query::parse(query, known);
    if (!parsed) return std::unexpected(invalid(parsed.error().field, parsed.error().what));
    return *std::move(parsed);
}

std::expected<std::int64_t, Problem> number_parameter(const Query& query, std::string_view name, NumberRange range,
                                                      std::int64_t absent) {
    const std::string* text = query.find(name);
    if (text == nullptr) return absent;
    const auto number = parse_number(*text);
    if (!number || *number < range.least || *number > range.most)
        return std::unexpected(invalid(
            name, "is not a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most)));
    return *number;
}

std::expected<std::size_t, Problem> choice_parameter(const Query& query, std::string_view name,
                                                     std::span<const std::string_view> names) {
    const std::string* text = query.find(name);
    if (text == nullptr) return 0;
    const auto found = std::ranges::find(names, *text);
    if (found == names.end()) return std::unexpected(invalid(name, one_of(names)));
    return static_cast<std::size_t>(found - names.begin());
}

Problem bad_cursor() {
    return invalid("cursor", "is not of this listing: leave it out to start again, or send nextCursor as it came");
}

}  // namespace simtrail::api
