#include "adapters/runtime/silence_watch.hpp"

#include <gtest/gtest.h>

namespace simtrail::runtime {
namespace {

TEST(SilenceWatch, TellsEachSilenceOnceInOrderOfTime) {
    SilenceWatch watch(100);
    watch.start(1, 1000);
    watch.start(2, 1050);
    EXPECT_FALSE(watch.next(1099));
    EXPECT_EQ(watch.next_ms(), 1100);
    EXPECT_EQ(watch.next(2000)->track, 1U);
    EXPECT_EQ(watch.next(2000)->at_ms, 1150);
    EXPECT_FALSE(watch.next(2000));
    EXPECT_FALSE(watch.next_ms());
}

TEST(SilenceWatch, AnEventPutsItOff) {
    SilenceWatch watch(100);
    watch.start(1, 1000);
    EXPECT_FALSE(watch.hear(1, 1090));
    EXPECT_FALSE(watch.next(1189));
    EXPECT_EQ(watch.next(1190)->at_ms, 1190);
}

TEST(SilenceWatch, AnEventAfterASilenceThatNobodyAskedForTellsIt) {
    SilenceWatch watch(100);
    watch.start(1, 1000);
    EXPECT_EQ(watch.hear(1, 1500)->at_ms, 1100);
    EXPECT_FALSE(watch.next(1599));
    EXPECT_EQ(watch.next(1600)->at_ms, 1600);
    EXPECT_FALSE(watch.hear(1, 1700));  // told already
    EXPECT_EQ(watch.next(1800)->at_ms, 1800);
}

TEST(SilenceWatch, OfATrackThatStoppedNothingIsTold) {
    SilenceWatch watch(100);
    watch.start(1, 1000);
    watch.stop(1);
    EXPECT_FALSE(watch.next(5000));
    EXPECT_FALSE(watch.hear(1, 6000));
    watch.start(1, 7000);
    EXPECT_EQ(watch.next(8000)->at_ms, 7100);
    EXPECT_FALSE(watch.next(8000));
}

TEST(SilenceWatch, ZeroIsNever) {
    SilenceWatch watch(0);
    watch.start(1, 1000);
    EXPECT_FALSE(watch.next_ms());
    EXPECT_FALSE(watch.hear(1, 1'000'000));
}

}  // namespace
}  // namespace simtrail::runtime
