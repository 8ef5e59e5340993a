#include "engine/positioning/breadth.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "engine/positioning/locator.hpp"
#include "engine/positioning/snapshot.hpp"
#include "tests/support/made_road.hpp"

namespace simtrail {
namespace {

using testing::MadeRoad;

/// What a drive is told with one breadth.
struct Told {
    double error_m = 0;  // sum
    std::size_t events = 0;
};

class FewCandidates : public ::testing::Test {
   protected:
    Told drive(const std::vector<Observation>& observations, const Breadth& breadth) const {
        Told told;
        MotionFilter motion;
        for (const Observation& one : observations) {
            const auto estimate = locate(one.event, table_, motion, breadth);
            if (!estimate) continue;
            motion.advance(one.event, point_of(*estimate, one.event, 1), estimate->belief);
            told.error_m += distance_m(estimate->place, *one.place);
            ++told.events;
        }
        return told;
    }

    MadeRoad road_{5};
    CompiledBytes model_ = road_.model(8);
    CellTable table_ = CellTable::open(model_).value();
};

TEST_F(FewCandidates, AreNoMoreThanTheyMayBe) {
    for (const Observation& one : road_.drive(MadeRoad::start_ms, 120)) {
        for (const Breadth& breadth : {full_breadth, few_candidates}) {
            const auto snapshot = snapshot_of(one.event, table_, {}, breadth);
            ASSERT_TRUE(snapshot);
            EXPECT_LE(snapshot->candidates.size(), std::max(breadth.by_signals, breadth.by_context));
            const auto estimate = locate(one.event, table_, {}, breadth);
            EXPECT_LE(estimate->belief.on(snapshot->plane).size(), breadth.remembered);
        }
    }
}

TEST(CandidatesAtAHandOver, AreMoreThanDuringAStay) {
    MadeRoad road(5);
    std::vector<Observation> drives;
    for (int day = 0; day < 8; ++day)
        for (Observation& one : road.drive(MadeRoad::start_ms + day * 86'400'000LL + 1000 * day, 160)) {
            one.event.neighbours.clear();
            drives.push_back(one);
        }
    const auto bytes = MadeRoad::learnt_from(drives);
    const auto cells = CellTable::open(bytes).value();
    CellHistory history;
    CellEvent event = drives.front().event;
    EXPECT_EQ(snapshot_of(event, cells, history)->candidates.size(), full_breadth.at_hand_over);
    EXPECT_EQ(snapshot_of(event, cells, history, few_candidates)->candidates.size(), few_candidates.at_hand_over);
    history.advance(event);
    event.ts_ms += 5000;
    EXPECT_EQ(snapshot_of(event, cells, history)->candidates.size(), full_breadth.by_context);
}

TEST_F(FewCandidates, OfATablesSquaresAreTheLikeliest) {
    CellTableBuilder builder;
    for (std::uint64_t site = 0; site < 4; ++site) {
        const std::uint64_t column = site % 2, row = site / 2;
        builder.add(
            testing::MadeCells::lte(site << 8 | 1),
            {.site = displaced({8.5, 47.4}, {600.0 * static_cast<double>(column), 600.0 * static_cast<double>(row)}),
             .azimuth_deg = static_cast<std::uint16_t>(90 * site)});
    }
    builder.add_rival_field();
    const auto bytes = builder.build();
    const auto sites = CellTable::open(bytes).value();
    CellEvent event{.ts_ms = MadeRoad::start_ms,
                    .msisdn = *Msisdn::parse("353861"),
                    .serving = testing::MadeCells::lte(1),
                    .signal_dbm = -80};
    for (const std::uint64_t site : {1, 2, 3}) event.neighbours.push_back({.cell = site << 8 | 1, .signal_dbm = -90});
    const auto full = snapshot_of(event, sites, {}), few = snapshot_of(event, sites, {}, few_candidates);
    ASSERT_TRUE(full && few);
    EXPECT_EQ(few->basis, Basis::site_signals);
    EXPECT_EQ(few->candidates.size(), 4 * few_candidates.refined + few_candidates.unrefined);
    EXPECT_GT(full->candidates.size(), 3 * few->candidates.size());
    EXPECT_LT(distance_m(locate(event, sites, {})->place, locate(event, sites, {}, few_candidates)->place), 100);
}

TEST_F(FewCandidates, TellNearlyTheSameAsAll) {
    Told full, few;
    for (int day = 0; day < 10; ++day) {
        const auto observations = road_.drive(MadeRoad::start_ms + day * 86'400'000LL, 120);
        for (auto [told, breadth] : {std::pair(&full, &full_breadth), std::pair(&few, &few_candidates)}) {
            const Told one = drive(observations, *breadth);
            told->error_m += one.error_m;
            told->events += one.events;
        }
    }
    EXPECT_EQ(few.events, full.events) << "what is located does not depend on the number of candidates";
    EXPECT_LT(few.error_m, 1.15 * full.error_m);
    EXPECT_NE(few.error_m, full.error_m);
}

TEST_F(FewCandidates, HaveWiderRadiiThanTheirRulesSayBecauseTheyLieNearerTogether) {
    const auto estimate = locate(road_.event_at(1000, MadeRoad::start_ms), table_, {}, few_candidates);
    ASSERT_EQ(estimate->context.basis, Basis::fingerprint);
    const double by_rule_m = table_.calibration().rule(estimate->context).radius_m(estimate->spread_m);
    EXPECT_DOUBLE_EQ(estimate->radius_m, few_candidates.widening * by_rule_m);
    EXPECT_GT(few_candidates.widening, 1);
}

TEST_F(FewCandidates, GiveTheSameAgain) {
    const auto observations = road_.drive(MadeRoad::start_ms, 60);
    EXPECT_EQ(drive(observations, few_candidates).error_m, drive(observations, few_candidates).error_m);
}

}  // namespace
}  // namespace simtrail
