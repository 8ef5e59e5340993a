#include "engine/cells/cell_learner.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/packed_cell.hpp"
#include "engine/maths/geodesy.hpp"

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

TEST(CellLearner, LearnsNoCellOfWhichObservationsContradictEachOther) {
    const GeoPoint here{10, 50}, far_away{14.2, 50};  // 300 km
    const auto bytes = learnt({here, far_away});
    EXPECT_FALSE(CellTable::open(bytes)->find(cell));
    CellLearner learner;
    for (const GeoPoint place : {here, far_away}) learner.observe(cell, 12, place);
    for (const GeoPoint place : {here, far_away})
        EXPECT_EQ(learner.judge(cell, place, 0), CellLearner::Verdict::implausible);
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

/// So many observations a day within some 300 m of the place.
void observe_around(CellLearner& learner, GeoPoint place, std::uint16_t day, int count) {
    for (int i = 0; i < count; ++i)
        EXPECT_TRUE(learner.observe(cell, 12, {place.lon_deg + i % 7 * 0.001, place.lat_deg + i % 5 * 0.001},
                                    {.hash = std::uint64_t{day} << 32 | static_cast<std::uint32_t>(i), .day = day}));
}

CellRecord record_of(const CellLearner& learner) {
    CellTableBuilder builder;
    learner.learn_into(builder);
    return record_of(builder.build());
}

constexpr GeoPoint here{10, 50}, there{10.1, 50};  // 7.1 km

TEST(CellLearner, ASampleSpeaksForManyObservations) {
    CellLearner learner;
    std::mt19937 random(11);
    std::normal_distribution<double> east_m(0, 1000), north_m(0, 1000);
    for (std::uint32_t i = 0; i < 50'000; ++i)
        learner.observe(cell, 12, {10 + east_m(random) / 71'500, 50 + north_m(random) / 111'200}, {.hash = i});
    const auto record = record_of(learner);
    EXPECT_LT(distance_m(record.site, {10, 50}), 150);
    EXPECT_NEAR(record.range_m, 2448, 200) << "the 95 % of a Rayleigh distribution";
    EXPECT_NEAR(record.samples, 50'000, 6000);
}

TEST(CellLearner, ASampleDoesNotDependOnTheOrder) {
    const auto learn = [](bool backwards) {
        CellLearner learner;
        for (std::uint32_t k = 0; k < 5000; ++k) {
            const std::uint32_t i = backwards ? 4999 - k : k;
            learner.observe(cell, 12, {10 + i * 37 % 1000 * 1e-5, 50 + i * 61 % 997 * 1e-5}, {.hash = i});
        }
        return record_of(learner);
    };
    EXPECT_EQ(learn(false), learn(true));
}

TEST(CellLearner, NoticesACellThatHasMoved) {
    CellLearner learner;
    for (std::uint16_t day = 100; day < 106; ++day) observe_around(learner, day < 103 ? here : there, day, 20);
    const auto moved = learner.moved();
    ASSERT_EQ(moved.size(), 1U);
    EXPECT_EQ(moved.front().since_day, 103);
    EXPECT_LT(distance_m(moved.front().from, here), 500);
    EXPECT_LT(distance_m(moved.front().to, there), 500);
    EXPECT_LT(distance_m(record_of(learner).site, there), 500);
    EXPECT_EQ(record_of(learner).samples, samples_of_class(sample_class(60)));
    EXPECT_EQ(learner.judge(cell, here, 102), CellLearner::Verdict::outdated);
    EXPECT_EQ(learner.judge(cell, there, 103), CellLearner::Verdict::plausible);
    EXPECT_TRUE(learner.is_outdated(cell.radio, cell.key(), 102));
    EXPECT_FALSE(learner.is_outdated(cell.radio, cell.key(), 103));
}

TEST(CellLearner, OneDayElsewhereOrAFewObservationsMoveNothing) {
    CellLearner learner;
    for (std::uint16_t day = 100; day < 105; ++day) observe_around(learner, here, day, 20);
    observe_around(learner, there, 105, 40);
    EXPECT_TRUE(learner.moved().empty()) << "one day";
    CellLearner few;
    for (std::uint16_t day = 100; day < 105; ++day) observe_around(few, here, day, 20);
    for (std::uint16_t day = 105; day < 110; ++day) observe_around(few, there, day, 3);
    EXPECT_TRUE(few.moved().empty()) << "fifteen observations";
}

TEST(CellLearner, ALargeCellIsNotOneThatHasMoved) {
    CellLearner learner;
    for (std::uint16_t day = 100; day < 110; ++day)
        for (int i = 0; i < 20; ++i) {
            const double along = (i * 13 + day * 7) % 20 / 20.0;
            learner.observe(cell, 12, {10 + 0.3 * along, 50},
                            {.hash = day * 100U + static_cast<unsigned>(i), .day = day});
        }
    EXPECT_TRUE(learner.moved().empty());
}

TEST(CellLearner, ACellBetweenTwoRoadsIsNotOneThatHasMoved) {
    CellLearner learner;  // on three days most drives took the one road, on three the other
    for (std::uint16_t day = 100; day < 106; ++day) {
        observe_around(learner, here, day, day < 103 ? 20 : 8);
        for (int i = 0; i < (day < 103 ? 8 : 20); ++i)
            learner.observe(cell, 12, there, {.hash = 1000U + day, .day = day});
    }
    EXPECT_TRUE(learner.moved().empty());
}

TEST(CellLearner, AddsToWhatAnEarlierModelKnows) {
    CellLearner learner;
    learner.add_earlier(cell, {.area = 7, .pci = 12}, {{to_fixed({10.00, 50}), 30}, {to_fixed({10.02, 50}), 20}}, 3);
    for (int i = 0; i < 9; ++i) learner.observe(cell, 12, {10.02, 50}, {.day = 200});
    EXPECT_EQ(record_of(learner).site, (GeoPoint{10.00, 50})) << "30 of 59";
    for (int i = 0; i < 3; ++i) learner.observe(cell, 12, {10.02, 50}, {.day = 200});
    EXPECT_EQ(record_of(learner).site, (GeoPoint{10.02, 50})) << "32 of 62";
    EXPECT_EQ(record_of(learner).samples, samples_of_class(sample_class(62)));
}

TEST(CellLearner, NoticesThatACellHasMovedSinceTheEarlierModel) {
    CellLearner learner;
    learner.add_earlier(cell, {.area = 7, .pci = 12}, {{to_fixed(here), 40}}, 3);
    observe_around(learner, there, 200, 20);
    EXPECT_TRUE(learner.moved().empty()) << "one day";
    CellLearner sure;
    sure.add_earlier(cell, {.area = 7, .pci = 12}, {{to_fixed(here), 40}}, 3);
    for (std::uint16_t day = 200; day < 202; ++day) observe_around(sure, there, day, 20);
    EXPECT_EQ(sure.moved().size(), 1U);
    EXPECT_TRUE(sure.is_earlier_outdated(cell.radio, cell.key()));
    EXPECT_LT(distance_m(record_of(sure).site, there), 500);
}

}  // namespace
}  // namespace simtrail
