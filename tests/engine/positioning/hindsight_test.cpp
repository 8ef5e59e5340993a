#include "engine/positioning/hindsight.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/made_road.hpp"

namespace simtrail {
namespace {

using testing::MadeRoad;

class Hindsight : public ::testing::Test {
   protected:
    static std::vector<CellEvent> events_of(const std::vector<Observation>& drive) {
        std::vector<CellEvent> events;
        for (const Observation& one : drive) events.push_back(one.event);
        return events;
    }
    const CellTable& cells() const { return table_; }

    MadeRoad road_{5};
    CompiledBytes model_ = road_.model(8);
    CellTable table_ = CellTable::open(model_).value();
};

TEST_F(Hindsight, IsNearerTheTruthThanTheMoment) {
    double live_m = 0, hindsight_m = 0;
    for (int day = 0; day < 5; ++day) {
        const auto drive = road_.drive(MadeRoad::start_ms + day * 86'400'000LL, 120);
        const auto estimates = look_back(events_of(drive), cells());
        MotionFilter motion;
        for (std::size_t i = 0; i < drive.size(); ++i) {
            const auto live = locate(drive[i].event, cells(), motion);
            ASSERT_TRUE(live && estimates[i]);
            motion.advance(drive[i].event, point_of(*live, drive[i].event, 1), live->belief);
            live_m += distance_m(live->place, *drive[i].place);
            hindsight_m += distance_m(estimates[i]->place, *drive[i].place);
        }
    }
    EXPECT_LT(hindsight_m, 0.9 * live_m);
}

TEST_F(Hindsight, HoldsTheTruthAsOftenAsItPromises) {
    std::size_t inside = 0, all = 0;
    for (int day = 0; day < 20; ++day) {
        const auto drive = road_.drive(MadeRoad::start_ms + day * 86'400'000LL, 120);
        const auto estimates = look_back(events_of(drive), cells());
        for (std::size_t i = 0; i < drive.size(); ++i, ++all)
            inside += distance_m(estimates[i]->place, *drive[i].place) <= estimates[i]->radius_m ? 1 : 0;
    }
    const double share = static_cast<double>(inside) / static_cast<double>(all);
    EXPECT_GT(share, 0.92);
    EXPECT_LT(share, 0.995) << "radii that hold always are too wide";
}

TEST_F(Hindsight, DoesNotDependOnOrderOrRepetition) {
    const auto events = events_of(road_.drive(MadeRoad::start_ms, 60));
    const auto clean = look_back(events, cells());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < events.size(); ++i) order.insert(order.end(), i % 3 == 0 ? 2 : 1, i);
    std::ranges::shuffle(order, std::mt19937_64{7});
    std::vector<CellEvent> shuffled;
    for (const std::size_t i : order) shuffled.push_back(events[i]);
    const auto estimates = look_back(shuffled, cells());
    for (std::size_t i = 0; i < order.size(); ++i) {
        ASSERT_TRUE(estimates[i]);
        EXPECT_EQ(point_of(*estimates[i], shuffled[i], 1), point_of(*clean[order[i]], events[order[i]], 1)) << i;
    }
}

TEST_F(Hindsight, BelievesReportsThatRepeatOthersNoSecondTime) {
    const auto events = events_of(road_.drive(MadeRoad::start_ms, 60));
    const auto clean = look_back(events, cells());
    std::vector<CellEvent> often;
    for (const CellEvent& event : events)
        for (std::int64_t ms = 0; ms < 3000; ms += 1000) {
            often.push_back(event);
            often.back().ts_ms += ms;
        }
    const auto estimates = look_back(often, cells());
    for (std::size_t i = 0; i < events.size(); ++i)
        EXPECT_EQ(point_of(*estimates[3 * i], events[i], 1), point_of(*clean[i], events[i], 1)) << i;
}

TEST_F(Hindsight, PutsAnEventOfAnUnknownCellBetweenThoseAroundIt) {
    auto drive = road_.drive(MadeRoad::start_ms, 40);
    for (std::size_t i = 15; i < 22; ++i) {
        drive[i].event.serving = testing::MadeCells::lte(900);
        drive[i].event.neighbours.clear();
    }
    const auto estimates = look_back(events_of(drive), cells());
    for (std::size_t i = 15; i < 22; ++i) {
        ASSERT_TRUE(estimates[i]);
        EXPECT_TRUE(estimates[i]->reasons.has(ErrorReason::unknown_cell));
        EXPECT_EQ(estimates[i]->confidence, Confidence::low);
        EXPECT_LT(distance_m(estimates[i]->place, *drive[i].place), 250) << i;
    }
}

TEST_F(Hindsight, SaysNothingWhereNothingDoes) {
    EXPECT_TRUE(look_back({}, cells()).empty());
    auto events = events_of(road_.drive(MadeRoad::start_ms, 3));
    events[0].serving = testing::MadeCells::lte(900, 99);
    events[0].neighbours.clear();
    events[1].ts_ms += 3'600'000;  // too long after to say anything of it
    events[2].ts_ms += 3'600'000;
    const auto estimates = look_back(events, cells());
    EXPECT_FALSE(estimates[0]);
    EXPECT_TRUE(estimates[1] && estimates[2]);
}

TEST(HindsightByTowersAlone, HoldsAnUnknownCellAtTheNearestLocatedEvent) {
    testing::MadeCells made;
    made.add(testing::MadeCells::lte(1), {.site = {8.5, 47.4}, .range_m = 1000, .samples = 100});
    made.add(testing::MadeCells::lte(2), {.site = {8.6, 47.4}, .range_m = 1000, .samples = 100});
    const auto event_at = [](std::int64_t seconds, CellIdentity cell) {
        return CellEvent{
            .ts_ms = MadeRoad::start_ms + seconds * 1000, .msisdn = *Msisdn::parse("353861"), .serving = cell};
    };
    const CellIdentity unknown{Radio::lte, {1, 1}, std::nullopt, 900};
    const std::vector<CellEvent> events{event_at(0, testing::MadeCells::lte(1)), event_at(60, unknown),
                                        event_at(120, testing::MadeCells::lte(2)), event_at(150, unknown),
                                        event_at(100, unknown)};
    const auto estimates = look_back(events, made.table());
    ASSERT_TRUE(estimates[1] && estimates[3] && estimates[4]);
    EXPECT_LT(distance_m(estimates[1]->place, {8.5, 47.4}), 1) << "the earlier of two as near";
    EXPECT_LT(distance_m(estimates[3]->place, {8.6, 47.4}), 1);
    EXPECT_LT(distance_m(estimates[4]->place, {8.6, 47.4}), 1);
    EXPECT_TRUE(estimates[1]->reasons.has(ErrorReason::unknown_cell));
    EXPECT_GE(estimates[1]->radius_m, estimates[0]->radius_m + 60 * 25);
}

TEST_F(Hindsight, OfOneEventIsWhatItSaysItself) {
    const auto events = events_of(road_.drive(MadeRoad::start_ms, 1));
    const auto live = locate(events[0], cells(), {});
    const auto estimate = look_back(events, cells())[0];
    ASSERT_TRUE(live && estimate);
    EXPECT_LT(distance_m(live->place, estimate->place), 1);
}

}  // namespace
}  // namespace simtrail
