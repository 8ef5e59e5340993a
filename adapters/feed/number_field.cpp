#include "adapters/feed/number_field.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace simtrail::feed {

namespace {

using Spelling = NumberField::Spelling;

constexpr std::size_t max_integer_digits = 18;  // every such number fits an int64
constexpr double beyond_integers = 1e18;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view without_digits(std::string_view text) noexcept {
    while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
    return text;
}

/// True where `tail`, which follows a number's integer digits, is a fraction, an exponent, both or nothing.
bool is_number_tail(std::string_view tail) noexcept {
    if (tail.starts_with('.')) {
        const auto rest = without_digits(tail.substr(1));
        if (rest.size() + 1 == tail.size()) return false;
        tail = rest;
    }
    if (tail.empty()) return true;
    if (tail.front() != 'e' && tail.front() != 'E') return false;
    tail.remove_prefix(1);
    if (tail.starts_with('+') || tail.starts_with('-')) tail.remove_prefix(1);
    return !tail.empty() && without_digits(tail).empty();
}

/// A number of the grammar that is not a short integer: a fraction, an exponent, or too many digits.
NumberField parse_unusual_number(std::string_view text) noexcept {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // Out of a double's range is either far beyond (1e999) or next to nothing (1e-999), and nobody's cell is either.
    if (error != std::errc{} || !(std::abs(value) < beyond_integers)) return {0, Spelling::beyond};
    return {static_cast<std::int64_t>(std::llround(value)), Spelling::fraction};
}

}  // namespace

NumberField parse_number(std::string_view text) noexcept {
    const bool negative = text.starts_with('-');
    const auto digits = text.substr(negative ? 1 : 0);
    std::uint64_t value = 0;  // wraps past 20 digits, and is not used then
    std::size_t count = 0;
    for (; count < digits.size() && is_digit(digits[count]); ++count)
        value = value * 10 + static_cast<std::uint64_t>(digits[count] - '0');
    if (count == 0 || (count > 1 && digits.front() == '0')) return {0, Spelling::unreadable};
    if (count == digits.size() && count <= max_integer_digits) {
        const auto magnitude = static_cast<std::int64_t>(value);
        return {negative ? -magnitude : magnitude, Spelling::integer};
    }
    return is_number_tail(digits.substr(count)) ? parse_unusual_number(text) : NumberField{0, Spelling::unreadable};
}

}  // namespace simtrail::feed
