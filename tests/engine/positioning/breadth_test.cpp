#include "engine/positioning/breadth.hpp"

#include <gtest/gtest.h>

#include "engine/positioning/snapshot.hpp"
#include "tests/support/made_road.hpp"

namespace simtrail {
namespace {

using testing::MadeRoad;

/// What a drive is told with one breadth.
struct Told {
    double error_m = 0;  // sum
    std::size_t inside = 0, events = 0;
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
            const double error_m = distance_m(estimate->place, *one.place);
            told.error_m += error_m;
            told.inside += error_m <= estimate->radius_m ? 1 : 0;
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

TEST_F(FewCandidates, TellNearlyTheSameAsAll) {
    Told full, few;
    for (int day = 0; day < 10; ++day) {
        const auto observations = road_.drive(MadeRoad::start_ms + day * 86'400'000LL, 120);
        for (auto [told, breadth] : {std::pair(&full, &full_breadth), std::pair(&few, &few_candidates)}) {
            const Told one = drive(observations, *breadth);
            told->error_m += one.error_m;
            told->inside += one.inside;
            told->events += one.events;
        }
    }
    EXPECT_EQ(few.events, full.events) << "what is located does not depend on the number of candidates";
    EXPECT_LT(few.error_m, 1.15 * full.error_m);
    EXPECT_NE(few.error_m, full.error_m);
    EXPECT_GT(static_cast<double>(few.inside), 0.92 * static_cast<double>(few.events)) << "the radii stay honest";
}

TEST_F(FewCandidates, GiveTheSameAgain) {
    const auto observations = road_.drive(MadeRoad::start_ms, 60);
    EXPECT_EQ(drive(observations, few_candidates).error_m, drive(observations, few_candidates).error_m);
}

}  // namespace
}  // namespace simtrail
