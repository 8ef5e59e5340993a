#include "engine/ledger/duration.hpp"

#include <gtest/gtest.h>

namespace simtrail::ledger {
namespace {

constexpr std::int64_t second_ms = 1000, hour_ms = 3'600'000, day_ms = 86'400'000;

TEST(Duration, ReadsTheContractsExamples) {
    EXPECT_EQ(parse_duration("50s", max_track_expiry_ms), 50 * second_ms);
    EXPECT_EQ(parse_duration("2h", max_track_expiry_ms), 2 * hour_ms);
    EXPECT_EQ(parse_duration("14d", max_track_expiry_ms), 14 * day_ms);
    EXPECT_EQ(parse_duration("3h4m7s", max_track_expiry_ms), (3 * 3600 + 4 * 60 + 7) * second_ms);
    EXPECT_EQ(parse_duration("1d1s", max_track_expiry_ms), day_ms + second_ms);
    EXPECT_EQ(parse_duration("007s", max_track_expiry_ms), 7 * second_ms);
}

TEST(Duration, EndsAtSixtyDaysAndBeginsAtOneSecond) {
    EXPECT_EQ(parse_duration("60d", max_track_expiry_ms), max_track_expiry_ms);
    EXPECT_EQ(parse_duration("5184000s", max_track_expiry_ms), max_track_expiry_ms);
    EXPECT_EQ(parse_duration("60d1s", max_track_expiry_ms).error(), "must be at most 60d");
    EXPECT_EQ(parse_duration("0s", max_track_expiry_ms).error(), "must be at least 1s");
    EXPECT_EQ(parse_duration("999999999d999999999h999999999m999999999s", max_track_expiry_ms).error(),
              "must be at most 60d");
}

TEST(Duration, RefusesWhatIsNone) {
    for (const char* text : {"", "s", "5", "5 s", " 5s", "5s ", "-5s", "+5s", "1.5h", "5S", "5ms", "4m3h", "3h3h", "5w",
                             "1000000000s", "9999999999999999999999d"})
        EXPECT_FALSE(parse_duration(text, max_track_expiry_ms)) << text;
}

TEST(Duration, IsWrittenAsShortAsItCan) {
    EXPECT_EQ(duration_text(max_track_expiry_ms), "60d");
    EXPECT_EQ(duration_text(90 * 60'000), "1h30m");
    EXPECT_EQ(duration_text(day_ms + second_ms), "1d1s");
    EXPECT_EQ(duration_text(1999), "1s");
    EXPECT_EQ(duration_text(0), "0s");
}

}  // namespace
}  // namespace simtrail::ledger
