#include "engine/positioning/locator.hpp"

#include <gtest/gtest.h>

#include "engine/maths/geodesy.hpp"
#include "tests/support/made_cells.hpp"
#include "tests/support/made_events.hpp"
#include "tests/support/made_road.hpp"

namespace simtrail {
namespace {

constexpr GeoPoint centre{77.2, 28.6};

class Locate : public ::testing::Test {
   protected:
    static CellIdentity cell(std::uint64_t number) { return testing::MadeCells::lte(number); }
    void add(std::uint64_t number, Offset at, CellRecord record = {}) {
        record.site = displaced(centre, at);
        cells_.add(cell(number), record);
    }
    static CellEvent at(std::uint64_t number) {
        return {.ts_ms = 1'700'000'000'000, .msisdn = *Msisdn::parse("91"), .serving = cell(number)};
    }
    std::optional<Estimate> located(const CellEvent& event) const { return locate(event, cells_.table(), motion_); }
    static double metres(const Estimate& estimate, Offset from_origin) {
        return distance_m(estimate.place, displaced(centre, from_origin));
    }

    testing::MadeCells cells_;
    MotionFilter motion_;
};

TEST_F(Locate, PutsAPhoneOfASectorAlongItsAzimuth) {
    add(1, {}, {.azimuth_deg = 90});
    EXPECT_LT(metres(*located(at(1)), {150, 0}), 5);
}

TEST_F(Locate, PutsAPhoneOfAnOmniCellAtItsSite) {
    add(1, {});
    EXPECT_LT(metres(*located(at(1)), {}), 1);
}

TEST_F(Locate, GoesOutToTheRingOfTheTimingAdvance) {
    add(1, {}, {.azimuth_deg = 180});
    CellEvent event = at(1);
    event.timing_advance = 10;
    EXPECT_LT(metres(*located(event), {0, -10.5 * 78.12}), 5);
}

TEST_F(Locate, IsDrawnToTheStrongestNeighbour) {
    add(1, {});
    add(2, {1000, 0});
    add(3, {0, 1000});
    CellEvent event = at(1);
    event.signal_dbm = -100;
    event.neighbours.push_back({.cell = 2, .signal_dbm = -90});
    event.neighbours.push_back({.cell = 3, .signal_dbm = -115});
    const Offset place = offset_between(centre, located(event)->place);
    EXPECT_GT(place.east_m, 400);
    EXPECT_LT(place.north_m, 200);
}

TEST_F(Locate, MarksANeighbourThatCannotBeHeardFromHere) {
    add(1, {});
    add(2, {80'000, 0});
    CellEvent event = at(1);
    event.neighbours.push_back({.cell = 2, .signal_dbm = -60});
    const auto estimate = located(event);
    EXPECT_TRUE(estimate->reasons.has(ErrorReason::conflicting_cells));
    EXPECT_LT(metres(*estimate, {}), 1);
}

TEST_F(Locate, FallsBackToNeighboursThenAreaThenTheLastPosition) {
    add(2, {3000, 0});
    CellEvent event = at(99);
    EXPECT_TRUE(located(event)->reasons.has(ErrorReason::area_only));
    event.neighbours.push_back({.cell = 2, .signal_dbm = -90});
    EXPECT_FALSE(located(event)->reasons.has(ErrorReason::area_only));
    EXPECT_TRUE(located(event)->reasons.has(ErrorReason::unknown_cell));
    EXPECT_LT(metres(*located(event), {3000, 0}), 1);

    CellEvent nowhere = at(99);
    nowhere.serving.area.reset();
    EXPECT_FALSE(located(nowhere)) << "nothing known and nowhere to hold";
    motion_.advance(
        at(2), {.tis_ms = nowhere.ts_ms - 60'000, .lon_e5 = 7'720'000, .lat_e5 = 2'860'000, .accuracy_m = 300}, {});
    const auto held = located(nowhere);
    ASSERT_TRUE(held);
    EXPECT_LT(metres(*held, {}), 1);
    EXPECT_GE(held->radius_m, 300 + 60 * 25);
    EXPECT_EQ(held->confidence, Confidence::low);
}

TEST_F(Locate, SaysThatASignalIsWeakAndACellSparse) {
    add(1, {}, {.samples = 2, .learnt = true});
    CellEvent event = at(1);
    event.signal_dbm = -125;
    const auto estimate = located(event);
    EXPECT_TRUE(estimate->reasons.has(ErrorReason::low_signal_strength));
    EXPECT_TRUE(estimate->reasons.has(ErrorReason::sparse_cell));
}

TEST_F(Locate, AlwaysGivesAPlaceOnEarthAndAPositiveRadius) {
    testing::MadeEvents made(9);
    for (std::uint64_t i = 0; i < 50; ++i) {
        CellRecord record{.range_m = static_cast<std::uint32_t>(made.number(0, 60'000)),
                          .samples = static_cast<std::uint32_t>(made.number(0, 20)),
                          .learnt = made.often()};
        if (made.often()) record.azimuth_deg = static_cast<std::uint16_t>(made.number(0, 359));
        add(i, {static_cast<double>(made.number(-50'000, 50'000)), static_cast<double>(made.number(-50'000, 50'000))},
            record);
    }
    for (int i = 0; i < 50'000; ++i) {
        CellEvent event = made.next();
        event.serving = cell(static_cast<std::uint64_t>(made.number(0, 60)));
        const auto estimate = located(event);
        if (!estimate) continue;
        ASSERT_TRUE(in_range(estimate->place));
        ASSERT_GT(estimate->radius_m, 0);
        ASSERT_LT(estimate->radius_m, 1e6);
    }
}

TEST(LocateInSequence, BelievesAReportThatRepeatsAnotherNoSecondTime) {
    testing::MadeRoad road(5);
    const auto model = road.model(8);
    const auto cells = CellTable::open(model).value();
    constexpr auto start_ms = testing::MadeRoad::start_ms;
    const CellEvent first = road.event_at(1900, start_ms), beyond = road.event_at(2100, start_ms);
    MotionFilter motion;
    const auto located_after = [&](std::int64_t ms, CellEvent event) {
        event.ts_ms += ms;
        return *locate(event, cells, motion);
    };
    const auto believed = located_after(0, first);
    motion.advance(first, point_of(believed, first, 1), believed.belief);
    EXPECT_EQ(located_after(1000, first).belief, believed.belief);
    EXPECT_EQ(located_after(5000, first).belief.at_ms(), start_ms + 5000) << "long enough to say something new";
    EXPECT_EQ(located_after(1000, beyond).belief.at_ms(), start_ms + 1000) << "a hand-over does so at once";
}

TEST(LocateInSequence, LeavesACellThatTheTableAloneKnowsForTheLastCandidatesWhereTheyAreSurer) {
    testing::MadeRoad road(5);
    const GeoPoint site = displaced(testing::MadeRoad::place_at(1000), {0, 3000});
    CellTableBuilder tables;
    tables.add(testing::MadeCells::lte(900), {.site = site, .range_m = 3000, .samples = 100});
    const auto model = road.model(8, tables);
    const auto cells = CellTable::open(model).value();
    const CellEvent known = road.event_at(1000, testing::MadeRoad::start_ms);
    const CellEvent foreign{
        .ts_ms = known.ts_ms + 5000, .msisdn = known.msisdn, .serving = testing::MadeCells::lte(900)};
    const auto by_table = *locate(foreign, cells, {});
    EXPECT_LT(distance_m(by_table.place, site), 1);
    MotionFilter motion;
    const auto before = *locate(known, cells, motion);
    motion.advance(known, point_of(before, known, 1), before.belief);
    const auto after = *locate(foreign, cells, motion);
    EXPECT_LT(distance_m(after.place, testing::MadeRoad::place_at(1100)), 400);
    EXPECT_LT(after.spread_m, by_table.spread_m);
    EXPECT_FALSE(after.reasons.has(ErrorReason::unknown_cell)) << "the table knows it";
    EXPECT_EQ(after.belief, before.belief);
}

}  // namespace
}  // namespace simtrail
