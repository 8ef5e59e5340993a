#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace simtrail::ledger {

inline constexpr std::int64_t max_track_expiry_ms = 60LL * 86'400'000;  // contract, section 4

/// `50s`, `2h`, `14d`, `3h4m7s`: whole numbers with d, h, m, s in that order, each at most once. Milliseconds, at least 1 s
/// and at most `max_ms`; the error says what is wrong.
std::expected<std::int64_t, std::string> parse_duration(std::string_view text, std::int64_t max_ms);

/// Such a text, in the largest units: `1h30m`, not `90m`. Less than a second is left out; `0s` where nothing is left.
std::string duration_text(std::int64_t ms);

}  // namespace simtrail::ledger
