#include "adapters/feed/feed_clock.hpp"

#include <gtest/gtest.h>

namespace simtrail::feed {
namespace {

constexpr std::int64_t start = 1'700'000'000'000, year = 365LL * 86'400'000;

TEST(FeedClock, IsTheNewestTimeSeen) {
    FeedClock clock;
    for (const std::int64_t ms : {start, start + 5000, start + 1000}) clock.see(ms);
    EXPECT_EQ(clock.newest_ms, start + 5000);
}

TEST(FeedClock, BelievesNoSingleLineThatLeapsButASecond) {
    FeedClock clock;
    for (const std::int64_t ms : {start, start + year, start + 1000}) clock.see(ms);
    EXPECT_EQ(clock.newest_ms, start + 1000);
    clock.see(start + year);
    clock.see(start + year + 500);
    EXPECT_EQ(clock.newest_ms, start + year);
}

TEST(FeedClock, BelievesWhatSpeaksForTheLedger) {
    FeedClock clock;
    clock.see(start);
    clock.set(start + year);
    EXPECT_EQ(clock.newest_ms, start + year);
}

}  // namespace
}  // namespace simtrail::feed
