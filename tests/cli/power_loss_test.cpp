#include <gtest/gtest.h>

#include <random>

#include "storage/sqlite.hpp"
#include "tests/support/forgetful_vfs.hpp"
#include "tests/support/made_feed.hpp"
#include "tests/support/made_replay.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail {
namespace {

using testing::Replay;
using testing::told;

class PowerLossInReplay : public ::testing::Test {
   protected:
    struct Verdict {
        bool failed = false;  // the power failed before the replay's end
        bool same = false;    // and the replay after it told what an uninterrupted one tells
    };

    /// Replays; the power fails at a random operation, up to three times; then replays to the end.
    Verdict run(std::uint64_t seed, const char* synchronous, const std::string& whole) {
        testing::ForgetfulVfs vfs(seed);
        std::mt19937_64 random(seed);
        const Replay replay{.feed = feed_,
                            .database = "power.db",
                            .cells = &made_.cells.table(),
                            .vfs = vfs.name(),
                            .synchronous = synchronous};
        Verdict verdict;
        try {
            for (int failures = 0; failures < 3; ++failures) {
                vfs.fail_at(1 + random() % 250);
                try {
                    replay.run();
                } catch (const std::runtime_error&) {
                    verdict.failed = true;
                }
                vfs.restart();
            }
            replay.run();
            storage::Database database(replay.database, storage::Database::Mode::read_write, vfs.name());
            verdict.same =
                told(replay.database, vfs.name()) == whole && database.text("PRAGMA integrity_check") == "ok";
        } catch (const std::runtime_error&) {
        }
        return verdict;
    }

    std::string uninterrupted() {
        const Replay replay{.feed = feed_, .database = folder_.file("whole.db"), .cells = &made_.cells.table()};
        replay.run();
        return told(replay.database);
    }

    testing::TemporaryFolder folder_;
    testing::MadeFeed made_{12, 60, 40};
    std::string feed_ = folder_.write("day.ndjson", made_.lines);
};

TEST_F(PowerLossInReplay, EndsInTheUninterruptedRunsTraces) {
    const std::string whole = uninterrupted();
    int failures = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Verdict verdict = run(seed, "FULL", whole);
        ASSERT_TRUE(verdict.same) << "seed " << seed;
        failures += verdict.failed ? 1 : 0;
    }
    EXPECT_GT(failures, 50) << "the power has to fail within the work";
}

TEST_F(PowerLossInReplay, TheTestSeesAMissingSync) {
    const std::string whole = uninterrupted();
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) lost += run(seed, "OFF", whole).same ? 0 : 1;
    EXPECT_GT(lost, 5);
}

}  // namespace
}  // namespace simtrail
