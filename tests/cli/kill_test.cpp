#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/support/made_feed.hpp"
#include "tests/support/made_replay.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail {
namespace {

using storage::Phase;
using testing::killed;
using testing::Replay;
using testing::told;

class Kill : public ::testing::Test {
   protected:
    std::string uninterrupted() {
        Replay replay{.feed = feed_, .database = folder_.file("whole.db"), .cells = &cells_};
        const auto result = replay.run();
        std::uint64_t sum = 0;
        for (const std::uint64_t count : result.totals.outcomes.lines) sum += count;
        EXPECT_EQ(sum, made_.count);
        EXPECT_EQ(result.totals.lines, made_.count);
        return told(replay.database);
    }

    testing::TemporaryFolder folder_;
    testing::MadeFeed made_{11, 120, 90};
    std::string feed_ = folder_.write("day.ndjson", made_.lines);
    const CellTable& cells_ = made_.cells.table();
};

TEST_F(Kill, AtFiftyMomentsOfEveryPhaseLosesAndRepeatsNothing) {
    const std::string whole = uninterrupted();
    ASSERT_GT(whole.size(), 100'000U);
    constexpr std::array phases{Phase::recovery,     Phase::before_commit, Phase::within_commit,
                                Phase::after_commit, Phase::cut,           Phase::checkpoint};
    std::mt19937_64 random(2026);
    std::map<Phase, int> kills;
    for (int database = 0; database < 14; ++database) {
        const Replay replay{
            .feed = feed_, .database = folder_.file("killed-" + std::to_string(database) + ".db"), .cells = &cells_};
        for (std::size_t attempt = 0; attempt < phases.size(); ++attempt) {
            const Phase phase = phases[(attempt + static_cast<std::size_t>(database)) % phases.size()];
            const unsigned latest = phase == Phase::recovery || phase == Phase::checkpoint ? 2 : 7;
            kills[phase] += killed(replay, {phase, 1 + static_cast<int>(random() % latest)}) ? 1 : 0;
        }
        replay.run();
        ASSERT_EQ(told(replay.database), whole) << "database " << database;
    }
    int sum = 0;
    for (const Phase phase : phases) {
        EXPECT_GT(kills[phase], 0) << "phase " << static_cast<int>(phase);
        sum += kills[phase];
    }
    EXPECT_GE(sum, 50);
}

TEST_F(Kill, ThreeShardsAndAnotherFileNameTellTheSame) {
    const std::string whole = uninterrupted();
    const std::string renamed = folder_.write("renamed.ndjson", made_.lines);
    const Replay first{.feed = feed_, .database = folder_.file("shards.db"), .cells = &cells_, .shards = 3};
    EXPECT_TRUE(killed(first, {Phase::after_commit, 4}));
    const Replay second{.feed = renamed, .database = first.database, .cells = &cells_, .shards = 3};
    EXPECT_GT(second.run().lines_taken_before, 0U);
    EXPECT_EQ(told(first.database), whole);
}

TEST_F(Kill, AFeedTakenWholeIsNotTakenAgain) {
    const Replay replay{.feed = feed_, .database = folder_.file("twice.db"), .cells = &cells_};
    replay.run();
    const std::string once = told(replay.database);
    const auto again = replay.run();
    EXPECT_EQ(again.totals.lines, 0U);
    EXPECT_EQ(again.lines_taken_before, made_.count);
    EXPECT_EQ(told(replay.database), once);
}

}  // namespace
}  // namespace simtrail
