// Durations: a text is refused or is a whole number of seconds within its bounds, whose own text means the same.
// An independent reading, from the back and in floating point, agrees.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "engine/ledger/duration.hpp"

namespace {

using simtrail::ledger::duration_text;
using simtrail::ledger::max_track_expiry_ms;
using simtrail::ledger::parse_duration;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Seconds, by the words of the contract; nothing where it is no duration.
std::optional<double> plainly_read(std::string_view text) {
    constexpr std::string_view letters = "smhd";
    constexpr std::array<double, 4> seconds{1, 60, 3600, 86'400};
    std::size_t next = 0;  // from the back, units grow
    double sum = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        const std::size_t unit = letters.find(text.back());
        if (unit == std::string_view::npos || unit < next) return std::nullopt;
        next = unit + 1;
        text.remove_suffix(1);
        double value = 0, power = 1;
        std::size_t digits = 0;
        for (; !text.empty() && text.back() >= '0' && text.back() <= '9'; ++digits, text.remove_suffix(1)) {
            value += (text.back() - '0') * power;
            power *= 10;
        }
        if (digits == 0 || digits > 9) return std::nullopt;  // nine digits: what the parser documents
        sum += value * seconds[unit];
    }
    return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto duration = parse_duration(text, max_track_expiry_ms);
    const auto plain = plainly_read(text);
    const bool valid = plain && *plain >= 1 && *plain * 1000 <= static_cast<double>(max_track_expiry_ms);
    require(duration.has_value() == valid);
    if (!duration) {
        require(!duration.error().empty());
        return 0;
    }
    require(static_cast<double>(*duration) == *plain * 1000);
    const std::string again = duration_text(*duration);
    require(parse_duration(again, max_track_expiry_ms) == *duration);
    return 0;
}
