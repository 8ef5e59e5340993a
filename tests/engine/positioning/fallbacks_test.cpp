#include "engine/positioning/fallbacks.hpp"

#include <gtest/gtest.h>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace simtrail {
namespace {

constexpr GeoPoint street{-8.5, 51.9}, middle_of_area{-8.54, 51.9};

Estimate estimate_at(GeoPoint place, Basis basis, double spread_m) {
    Estimate estimate{.place = place, .spread_m = spread_m};
    estimate.context.basis = basis;
    return estimate;
}

TEST(Surest, IsWhatCannotBeFarHoweverWideItsRadiusMustBe) {
    CalibrationLearner learner;  // few days, all of them unlucky with candidates that were moved on
    for (int i = 1; i <= 1000; ++i) {
        RadiusContext context{Basis::moved_on, Radio::umts, 0, 2};
        learner.note(context, 0, 7000, 200);
        context.basis = Basis::surroundings;
        context.spread = 3;
        learner.note(context, 0, 3000, 3000);
    }
    CellTableBuilder builder;
    builder.add_section(learner.section(Calibration::Of::live));
    const auto bytes = builder.build();
    const auto table = CellTable::open(bytes);
    Surest surest(Radio::umts, table->calibration());
    surest.offer(estimate_at(street, Basis::moved_on, 200));
    surest.offer(estimate_at(middle_of_area, Basis::surroundings, 3000));
    const auto taken = surest.taken();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->place, street);
    EXPECT_GE(taken->radius_m, 6900) << "as kept-out days want it";
}

TEST(Surest, IsNothingWhereNothingIsOffered) {
    Surest surest(Radio::lte, Calibration{});
    surest.offer(std::nullopt);
    EXPECT_FALSE(surest.taken());
}

}  // namespace
}  // namespace simtrail
