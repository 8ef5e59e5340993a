#pragma once

#include <algorithm>
#include <cstdint>

namespace simtrail::feed {

/// How far the time of recorded feeds has come: the newest time of their lines. One cell event that leaps ahead is a clock
/// gone wrong; a second one behind it is believed. Unix ms, 0: no time yet.
struct FeedClock {
    static constexpr std::int64_t leap_ms = 2LL * 86'400'000;  // longer than any feed is silent

    std::int64_t newest_ms = 0;
    std::int64_t leap_to_ms = 0;  // of the line before, where it leapt; else 0

    void see(std::int64_t ts_ms) noexcept {
        const bool leaps = newest_ms != 0 && ts_ms > newest_ms + leap_ms;
        if (leaps && leap_to_ms == 0) {
            leap_to_ms = ts_ms;
            return;
        }
        newest_ms = std::max(newest_ms, leaps ? std::min(ts_ms, leap_to_ms) : ts_ms);
        leap_to_ms = 0;
    }

    /// An sms or control line's: whoever writes those has a clock.
    void set(std::int64_t ts_ms) noexcept {
        newest_ms = std::max(newest_ms, ts_ms);
        leap_to_ms = 0;
    }

    bool operator==(const FeedClock&) const = default;
};

}  // namespace simtrail::feed
