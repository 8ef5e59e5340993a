#include "adapters/callbacks/retry_times.hpp"

#include <gtest/gtest.h>

namespace simtrail::callbacks {
namespace {

constexpr std::int64_t now_ms = 1'700'000'000'000;

TEST(RetryTimes, GrowFromFiveSecondsToAnHour) {
    EXPECT_EQ(pause_ms(1, 0.5), 5'000);
    EXPECT_EQ(pause_ms(2, 0.5), 10'000);
    EXPECT_EQ(pause_ms(3, 0.5), 20'000);
    EXPECT_EQ(pause_ms(10, 0.5), 2'560'000);
    EXPECT_EQ(pause_ms(11, 0.5), 3'600'000);
    EXPECT_EQ(pause_ms(4'000'000'000U, 0.5), 3'600'000);
    EXPECT_EQ(pause_ms(0, 0.5), 5'000);
}

TEST(RetryTimes, AreSpreadByAFifth) {
    EXPECT_EQ(pause_ms(1, 0), 4'000);
    EXPECT_EQ(pause_ms(1, 1), 6'000);
    EXPECT_EQ(pause_ms(1, 7), 6'000);
    EXPECT_EQ(pause_ms(99, 1), 4'320'000);
}

TEST(RetryTimes, EndAfterADay) {
    EXPECT_EQ(next_attempt_ms(now_ms, now_ms, 5'000), now_ms + 5'000);
    EXPECT_EQ(next_attempt_ms(now_ms + 86'395'000, now_ms, 5'000), now_ms + 86'400'000);
    EXPECT_EQ(next_attempt_ms(now_ms + 86'395'001, now_ms, 5'000), std::nullopt);
}

TEST(RetryTimes, FollowRetryAfterWithinAnHour) {
    EXPECT_EQ(retry_after_ms("120", now_ms), 120'000);
    EXPECT_EQ(retry_after_ms("0", now_ms), 0);
    EXPECT_EQ(retry_after_ms("86400", now_ms), 3'600'000);
    EXPECT_EQ(retry_after_ms("99999999999999999999", now_ms), 3'600'000);
    EXPECT_EQ(retry_after_ms("Tue, 14 Nov 2023 22:14:20 GMT", now_ms), 60'000);
    EXPECT_EQ(retry_after_ms("Tue, 14 Nov 2023 20:00:00 GMT", now_ms), 0) << "past";
    EXPECT_EQ(retry_after_ms("Wed, 15 Nov 2023 22:14:20 GMT", now_ms), 3'600'000);
    for (const char* const none : {"", "-1", "1.5", "soon", "12 s", "Tue, 14 Nov 2023"})
        EXPECT_EQ(retry_after_ms(none, now_ms), std::nullopt) << none;
}

}  // namespace
}  // namespace simtrail::callbacks
