#include "engine/tracing/packed_point.hpp"

#include <gtest/gtest.h>

#include "tests/support/made_events.hpp"

namespace simtrail {
namespace {

TEST(PackedPoint, LosesNothing) {
    testing::MadeEvents made(3);
    for (int i = 0; i < 100'000; ++i) {
        const TracePoint point{.seq = 7,
                               .tis_ms = made.number(0, 4'102'444'800'000),
                               .lon_e5 = static_cast<std::int32_t>(made.number(-18'000'000, 18'000'000)),
                               .lat_e5 = static_cast<std::int32_t>(made.number(-9'000'000, 9'000'000)),
                               .accuracy_m = static_cast<std::uint32_t>(made.number(0, PackedPoint::max_accuracy_m)),
                               .confidence = static_cast<Confidence>(made.number(0, 3)),
                               .reasons = ErrorReasons::from_bits(static_cast<std::uint16_t>(made.number(0, 2047))),
                               .radio = static_cast<Radio>(made.number(0, 3))};
        ASSERT_EQ(PackedPoint{point}.unpacked(7), point);
        ASSERT_EQ(PackedPoint{point}.tis_ms(), point.tis_ms);
    }
}

TEST(PackedPoint, StoresTooLargeRadiiAsTheLargest) {
    EXPECT_EQ(PackedPoint{TracePoint{.accuracy_m = 2'000'000}}.unpacked(1).accuracy_m, PackedPoint::max_accuracy_m);
}

}  // namespace
}  // namespace simtrail
