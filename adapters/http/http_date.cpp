#include "adapters/http/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace simtrail::http {

namespace {

namespace chrono = std::chrono;

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_digits(std::string& text, unsigned value, std::size_t width) {
    const auto digits = std::to_string(value);
    text.append(width - std::min(width, digits.size()), '0').append(digits);
}

/// The number that is `text`, digits only.
std::optional<int> digits_of(std::string_view text) noexcept {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

}  // namespace

std::string format_http_date(std::int64_t unix_s) {
    const chrono::sys_seconds time{chrono::seconds{unix_s}};
    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date(day);
    const chrono::hh_mm_ss clock(time - day);
    std::string text(days[chrono::weekday(day).c_encoding()]);
    text += ", ";
    append_digits(text, static_cast<unsigned>(date.day()), 2);
    text.append(" ").append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
    append_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    const std::array<std::int64_t, 3> parts{clock.hours().count(), clock.minutes().count(), clock.seconds().count()};
    for (char mark = ' '; const auto part : parts) {
        text += std::exchange(mark, ':');
        append_digits(text, static_cast<unsigned>(part), 2);
    }
    return text + " GMT";
}

std::optional<std::int64_t> parse_http_date(std::string_view text) noexcept {
    // Sun, 06 Nov 1994 08:49:37 GMT
    constexpr std::size_t length = 29;
    if (text.size() != length || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' ||
        text[19] != ':' || text[22] != ':' || !text.ends_with(" GMT"))
        return std::nullopt;
    const auto* const month = std::ranges::find(months, text.substr(8, 3));
    const auto day = digits_of(text.substr(5, 2)), year = digits_of(text.substr(12, 4));
    const auto hour = digits_of(text.substr(17, 2)), minute = digits_of(text.substr(20, 2)),
               second = digits_of(text.substr(23, 2));
    if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
    const chrono::year_month_day date(chrono::year{*year},
                                      chrono::month{static_cast<unsigned>(month - months.begin() + 1)},
                                      chrono::day{static_cast<unsigned>(*day)});
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    if (days[chrono::weekday(chrono::sys_days(date)).c_encoding()] != text.substr(0, 3)) return std::nullopt;
    const chrono::sys_seconds time =
        chrono::sys_days(date) + chrono::hours{*hour} + chrono::minutes{*minute} + chrono::seconds{*second};
    return time.time_since_epoch().count();
}

}  // namespace simtrail::http
