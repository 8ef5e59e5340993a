#include "engine/ledger/duration.hpp"

#include <array>
#include <optional>

namespace simtrail::ledger {
namespace {

struct Unit {
    char letter;
    std::int64_t ms;
};
constexpr std::array<Unit, 4> units{{{'d', 86'400'000}, {'h', 3'600'000}, {'m', 60'000}, {'s', 1'000}}};

constexpr std::size_t max_digits = 9;  // 60 days are 5,184,000 s; nine digits of days do not overflow 64 bits of ms

/// Takes the digits that `text` begins with; nothing where there are none or too many.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::size_t digits = 0;
    std::int64_t value = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        if (digits == max_digits) return std::nullopt;
        value = value * 10 + (text[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

}  // namespace

std::expected<std::int64_t, std::string> parse_duration(std::string_view text, std::int64_t max_ms) {
    static constexpr const char* form = "must be a duration like 50s, 2h, 14d or 3h4m7s";
    if (text.empty()) return std::unexpected(form);
    std::int64_t total_ms = 0;
    std::size_t unit = 0;  // the largest that may still come
    while (!text.empty()) {
        const auto number = take_number(text);
        if (!number || text.empty()) return std::unexpected(form);
        while (unit < units.size() && units[unit].letter != text.front()) ++unit;
        if (unit == units.size()) return std::unexpected(form);
        text.remove_prefix(1);
        total_ms += *number * units[unit].ms;
#ifndef SIMTRAIL_PLANTED_BUGS  // the bug that duration_fuzzer must find: a unit may come twice
        ++unit;
#endif
    }
    if (total_ms < 1000) return std::unexpected("must be at least 1s");
    if (total_ms > max_ms) return std::unexpected("must be at most " + duration_text(max_ms));
    return total_ms;
}

std::string duration_text(std::int64_t ms) {
    std::string text;
    for (const Unit& unit : units) {
        if (ms < unit.ms) continue;
        text += std::to_string(ms / unit.ms) + unit.letter;
        ms %= unit.ms;
    }
    return text.empty() ? "0s" : text;
}

}  // namespace simtrail::ledger
