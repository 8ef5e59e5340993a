#include "adapters/runtime/candidate_switch.hpp"

#include <gtest/gtest.h>

namespace simtrail::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A shard with room for 64 blocks, and a clock that the test turns.
class Candidates : public ::testing::Test {
   protected:
    /// So many blocks wait for so long, looked at ten times a second. True where that changed the answer.
    bool wait(std::size_t blocks, seconds duration) {
        bool changed = false;
        for (const auto until = now_ + duration; now_ < until; now_ += milliseconds{100})
            changed = switch_.changes(blocks, now_) || changed;
        return switch_.changes(blocks, now_) || changed;
    }

    CandidateSwitch switch_{CandidateChoice::by_load, 64};
    CandidateSwitch::Time now_;
};

TEST_F(Candidates, AreFewOnceHalfOfAllBlocksHaveWaitedForASecond) {
    EXPECT_FALSE(switch_.few());
    EXPECT_FALSE(wait(31, seconds{60}));
    EXPECT_TRUE(wait(32, CandidateSwitch::patience));
    EXPECT_TRUE(switch_.few());
}

TEST_F(Candidates, StayAllInABurstThatTheQueueIsThereFor) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(switch_.changes(60, now_));
        now_ += milliseconds{900};
        EXPECT_FALSE(switch_.changes(60, now_));
        EXPECT_FALSE(switch_.changes(31, now_)) << "it went down in between";
    }
}

TEST_F(Candidates, AreAllAgainOnceTheQueueWasShortForTenSeconds) {
    wait(64, CandidateSwitch::patience);
    EXPECT_FALSE(wait(9, seconds{60})) << "between both limits it stays as it is";
    EXPECT_FALSE(wait(8, CandidateSwitch::recovery - seconds{1}));
    EXPECT_FALSE(switch_.changes(9, now_));
    EXPECT_FALSE(wait(8, CandidateSwitch::recovery - seconds{1})) << "from the start again";
    EXPECT_TRUE(wait(8, seconds{1}));
    EXPECT_FALSE(switch_.few());
}

TEST_F(Candidates, AreAllAgainWithTheFirstBlockAfterASilence) {
    wait(64, CandidateSwitch::patience);
    EXPECT_FALSE(switch_.changes(0, now_)) << "the last one that waited";
    now_ += seconds{3600};
    EXPECT_TRUE(switch_.changes(0, now_));
    EXPECT_FALSE(switch_.few());
}

TEST_F(Candidates, DoNotDependOnLoadWhereTheConfigurationSaysHowMany) {
    switch_ = CandidateSwitch(CandidateChoice::full, 64);
    EXPECT_FALSE(wait(64, seconds{60}));
    EXPECT_FALSE(switch_.few());
    switch_ = CandidateSwitch(CandidateChoice::few, 64);
    EXPECT_FALSE(wait(0, seconds{60}));
    EXPECT_TRUE(switch_.few());
}

}  // namespace
}  // namespace simtrail::runtime
