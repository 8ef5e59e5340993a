#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace simtrail::callbacks {

constexpr std::int64_t first_pause_ms = 5'000;
constexpr std::int64_t longest_pause_ms = 3'600'000;  // an endpoint that is back gets its callbacks within the hour
constexpr std::int64_t retry_for_ms = 86'400'000;     // the contract's day

/// The pause after the `attempts`-th failed attempt (from 1): doubling from five seconds to an hour, times 0.8 to 1.2 as
/// `random` (0 to 1) says, so that what failed together does not come back together.
std::int64_t pause_ms(std::uint32_t attempts, double random) noexcept;

/// What a Retry-After header asks for, from now, at most an hour: seconds, or an HTTP date. Nothing where it is neither.
std::optional<std::int64_t> retry_after_ms(std::string_view header, std::int64_t now_ms) noexcept;

/// When to try again after a failure at `now_ms`; nothing: the day is over, the item is dead.
std::optional<std::int64_t> next_attempt_ms(std::int64_t now_ms, std::int64_t first_at_ms, std::int64_t pause) noexcept;

}  // namespace simtrail::callbacks
