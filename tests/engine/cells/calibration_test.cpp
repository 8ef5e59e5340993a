#include "engine/cells/calibration.hpp"

#include <gtest/gtest.h>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace simtrail {
namespace {

constexpr RadiusContext near_match{Basis::fingerprint, Radio::lte, 0, 0},
    far_match{Basis::fingerprint, Radio::lte, 3, 3};

double factor(const CalibrationLearner& learner, const RadiusContext& context) {
    CellTableBuilder builder;
    builder.add_section(learner.section());
    const auto bytes = builder.build();
    return CellTable::open(bytes)->calibration().factor(context);
}

TEST(Calibration, HoldsThePromisedShareOfWhatWasKeptOut) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, i / 1000.0);
    EXPECT_NEAR(factor(learner, near_match), 0.96, 0.01);
}

TEST(Calibration, DoesNotPoolContextsThatHaveSamplesOfTheirOwn) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) {
        learner.note(near_match, i / 1000.0);
        learner.note(far_match, i / 100.0);
    }
    EXPECT_LT(factor(learner, near_match), 1);
    EXPECT_GT(factor(learner, far_match), 9);
}

TEST(Calibration, LeansOnItsFamilyWhereSamplesAreFew) {
    CalibrationLearner learner;
    for (int i = 1; i <= 1000; ++i) learner.note(near_match, 5);
    learner.note(far_match, 0.1);
    EXPECT_NEAR(factor(learner, far_match), 5, 0.01);
}

TEST(Calibration, IsWideWithoutAnyTraining) {
    EXPECT_GE(Calibration{}.factor(near_match), 2);
    EXPECT_EQ(factor({}, near_match), Calibration{}.factor(near_match));
}

TEST(Calibration, ContextsHaveIndicesOfTheirOwn) {
    EXPECT_EQ((RadiusContext{Basis::surroundings, Radio::nr, 3, 3}.index()), RadiusContext::count - 1);
    EXPECT_NE(near_match.index(), far_match.index());
}

}  // namespace
}  // namespace simtrail
