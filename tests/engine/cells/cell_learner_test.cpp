#include "engine/cells/cell_learner.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "engine/cells/cell_table.hpp"

namespace simtrail {
namespace {

constexpr CellIdentity cell{Radio::lte, {404, 45}, 7, 99};

CompiledBytes learnt(const std::vector<GeoPoint>& places) {
    CellLearner learner;
    for (const auto place : places) EXPECT_TRUE(learner.observe(cell, 12, place));
    CellTableBuilder builder;
    learner.learn_into(builder);
    return builder.build();
}

CellRecord record_of(const CompiledBytes& bytes) { return CellTable::open(bytes)->find(cell).value(); }

TEST(CellLearner, LearnsTheMedianPlaceAndItsSpread) {
    const auto record = record_of(learnt({{10.00, 50}, {10.01, 50}, {10.02, 50}}));
    EXPECT_EQ(record.site, (GeoPoint{10.01, 50}));
    EXPECT_NEAR(record.range_m, 715, 2);
    EXPECT_EQ(record.samples, 3U);
    EXPECT_EQ(record.area, 7U);
    EXPECT_EQ(record.pci, 12);
    EXPECT_TRUE(record.learnt);
}

TEST(CellLearner, IsNotMovedByOneObservationFarAway) {
    const std::vector<GeoPoint> near{{10.00, 50}, {10.01, 50}, {10.02, 50}, {10.01, 50.01}};
    auto with_outlier = near;
    with_outlier.push_back({14.2, 50});  // 300 km
    EXPECT_EQ(record_of(learnt(with_outlier)), record_of(learnt(near)));
}

TEST(CellLearner, DoesNotDependOnTheOrder) {
    std::mt19937 random(7);
    std::vector<GeoPoint> places;
    for (int i = 0; i < 100; ++i) places.push_back({10 + i * i % 37 * 0.001, 50 + i * 0.0005});
    const auto expected = learnt(places);
    std::ranges::shuffle(places, random);
    EXPECT_EQ(learnt(places), expected);
}

TEST(CellLearner, KeepsOnlyNumbersThatAgree) {
    CellLearner learner;
    learner.observe(cell, 1, {10, 50});
    learner.observe({cell.radio, cell.plmn, 8, cell.cell}, 2, {10, 50});
    CellTableBuilder builder;
    learner.learn_into(builder);
    const auto record = record_of(builder.build());
    EXPECT_FALSE(record.area);
    EXPECT_FALSE(record.pci);
}

TEST(CellLearner, RefusesPlacesThatAreNone) {
    CellLearner learner;
    EXPECT_FALSE(learner.observe(cell, {}, {0, 0}));
    EXPECT_FALSE(learner.observe(cell, {}, {0, 91}));
    EXPECT_FALSE(learner.observe({Radio::gsm, {1, 1}, std::nullopt, 1}, {}, {10, 50}));
    EXPECT_EQ(learner.observations(), 0U);
}

}  // namespace
}  // namespace simtrail
