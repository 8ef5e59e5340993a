#include "engine/cells/calibration.hpp"

#include <gtest/gtest.h>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace simtrail {
namespace {

constexpr RadiusContext near_match{Basis::fingerprint, Radio::lte, 0, 0},
    far_match{Basis::fingerprint, Radio::lte, 3, 3};

/// The radius for candidates `spread_m` apart, after learning.
double radius_m(const CalibrationLearner& learner, const RadiusContext& context, double spread_m) {
    CellTableBuilder builder;
    builder.add_section(learner.section(Calibration::Of::live));
    const auto bytes = builder.build();
    return CellTable::open(bytes)->calibration().rule(context).radius_m(spread_m);
}

TEST(Calibration, HoldsThePromisedShareOfWhatWasKeptOut) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, 0, i, 1000);
    EXPECT_NEAR(radius_m(learner, near_match, 1000), 960, 10);
}

TEST(Calibration, GrowsWithTheSpreadWhereErrorsDo) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, 0, i % 100 * 0.02 * i, i);
    EXPECT_NEAR(radius_m(learner, near_match, 800) / radius_m(learner, near_match, 80), 10, 0.5);
}

TEST(Calibration, HasAFloorWhereErrorsDoNotShrinkWithTheSpread) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, 0, 400 + i % 100, i % 60);
    EXPECT_NEAR(radius_m(learner, near_match, 1), 500, 50);
    EXPECT_NEAR(radius_m(learner, near_match, 59), 500, 50);
}

TEST(Calibration, HoldsOnADayThatIsUnlikeTheOthers) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, static_cast<std::uint8_t>(i % 3), 100, 100);
    for (int i = 1; i <= 20; ++i) learner.note(near_match, 3, 700, 100);
    EXPECT_GE(radius_m(learner, near_match, 100), 699);
}

TEST(Calibration, DoesNotPoolContextsThatHaveSamplesOfTheirOwn) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) {
        learner.note(near_match, 0, i / 10.0, 100);
        learner.note(far_match, 0, i, 100);
    }
    EXPECT_LT(radius_m(learner, near_match, 100), 100);
    EXPECT_GT(radius_m(learner, far_match, 100), 900);
}

TEST(Calibration, LeansOnItsFamilyWhereSamplesAreFew) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, 0, 500, 100);
    learner.note(far_match, 0, 10, 100);
    EXPECT_NEAR(radius_m(learner, far_match, 100), 500, 5);
}

TEST(Calibration, LeansOnOtherRadiosOfItsBasisWhereItsOwnSaysTooLittle) {
    CalibrationLearner learner;
    const RadiusContext elsewhere{Basis::fingerprint, Radio::umts, 0, 0};
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, 0, 500, 100);
    for (int i = 1; i <= 20; ++i) learner.note(elsewhere, 0, 900, 100);
    EXPECT_GE(radius_m(learner, elsewhere, 100), 500);
}

CompiledBytes file_with(MadeSection section) {
    CellTableBuilder builder;
    builder.add_section(std::move(section));
    return builder.build();
}

std::expected<void, std::string> add_earlier(CalibrationLearner& learner, const CompiledBytes& bytes) {
    return learner.add_earlier(SectionFile::open(bytes).value(), Calibration::Of::live);
}

TEST(Calibration, TakesHalfOfTheSamplesOfAnEarlierModel) {
    CalibrationLearner earlier, learner;
    for (int i = 1; i <= 1000; ++i) earlier.note(near_match, 0, 800, 100);
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, 0, 200, 100);
    ASSERT_TRUE(add_earlier(learner, file_with(earlier.samples_section(Calibration::Of::live))));
    EXPECT_EQ(learner.samples(), 1500U);
    EXPECT_NEAR(radius_m(learner, near_match, 100), 800, 20) << "a third of all";
    for (int i = 1; i <= 20'000; ++i) learner.note(near_match, 0, 200, 100);
    EXPECT_NEAR(radius_m(learner, near_match, 100), 200, 5) << "a fortieth";
}

TEST(Calibration, SamplesKeepTheirContextAndPartInTheFile) {
    CalibrationLearner earlier, learner;
    for (int i = 0; i < 400; ++i) {
        earlier.note(near_match, 9, 100 + i % 50, 100);
        earlier.note(far_match, 3, 3000 + i % 100, 2000);
    }
    ASSERT_TRUE(add_earlier(learner, file_with(earlier.samples_section(Calibration::Of::live))));
    EXPECT_NEAR(radius_m(learner, near_match, 100), radius_m(earlier, near_match, 100), 8);
    EXPECT_NEAR(radius_m(learner, far_match, 2000), radius_m(earlier, far_match, 2000), 150);
}

TEST(Calibration, AddsToNoFileWithoutSamplesOrWithForeignOnes) {
    CalibrationLearner learner;
    EXPECT_FALSE(add_earlier(learner, file_with(learner.section(Calibration::Of::live))));
    for (const std::size_t bytes : {7U, 8U}) {
        MadeSection foreign{{.kind = SectionKind::calibration_samples, .count = 1, .bytes = bytes}, {}};
        foreign.body.assign(bytes, std::byte{0xFF});
        EXPECT_FALSE(add_earlier(learner, file_with(foreign))) << bytes;
    }
    EXPECT_EQ(learner.samples(), 0U);
}

TEST(Calibration, IsWideWithoutAnyTraining) {
    EXPECT_GE(Calibration{}.rule(near_match).radius_m(10), 100);
    EXPECT_EQ(radius_m({}, near_match, 10), Calibration{}.rule(near_match).radius_m(10));
}

TEST(Calibration, ContextsHaveIndicesOfTheirOwn) {
    EXPECT_EQ((RadiusContext{Basis::surroundings, Radio::nr, RadiusContext::sparse, 3}.index()),
              RadiusContext::count - 1);
    EXPECT_NE(near_match.index(), far_match.index());
}

}  // namespace
}  // namespace simtrail
