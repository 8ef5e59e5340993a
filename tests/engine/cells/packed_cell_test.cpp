#include "engine/cells/packed_cell.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/engine/cells/random_cells.hpp"

namespace simtrail {
namespace {

TEST(PackedCell, GivesBackEveryRecord) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 100'000; ++i) {
        const auto record = random_record(random, random_identity(random));
        ASSERT_EQ(unpack(pack(record)), record);
    }
}

TEST(PackedCell, KeepsSamplesWithinTwelvePercent) {
    double samples = 1;
    while (samples < 3.7e9) {
        const auto whole = static_cast<std::uint32_t>(samples);
        EXPECT_NEAR(samples_of_class(sample_class(whole)), whole, 0.12 * whole);
        samples *= 1.01;
    }
}

TEST(PackedCell, DropsWhatIsOutOfItsField) {
    const auto record = unpack(
        pack({.site = {1, 2}, .pci = 1008, .azimuth_deg = 360, .height_m = 255, .eirp_dbm = 127, .range_m = 70'000}));
    EXPECT_EQ(record, (CellRecord{.site = {1, 2}, .range_m = 65'535}));
}

}  // namespace
}  // namespace simtrail
