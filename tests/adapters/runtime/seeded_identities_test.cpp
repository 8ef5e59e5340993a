#include "adapters/runtime/seeded_identities.hpp"

#include <gtest/gtest.h>

#include "engine/ledger/sim_track.hpp"

namespace simtrail::runtime {
namespace {

TEST(SeededIdentities, FollowFromSeedAndCounters) {
    ledger::Counters counters{.consent = 3, .track = 2};
    const auto given = [&] { return counters; };
    SeededIdentities one(1, given), same(1, given), other(2, given);
    EXPECT_EQ(one.uuid(), same.uuid());
    EXPECT_EQ(one.code(), same.code());
    EXPECT_NE(one.uuid(), other.uuid());
    const auto before = one.uuid();
    ++counters.track;
    EXPECT_NE(one.uuid(), before);
    EXPECT_LT(one.code(), 10'000);
}

TEST(SeededIdentities, ThoseThatALineSaysComeOnce) {
    SeededIdentities identities(1, [] { return ledger::Counters{}; });
    const Uuid derived = identities.uuid(), said{1, 2, 3};
    identities.give(said, 4821);
    EXPECT_EQ(identities.uuid(), said);
    EXPECT_EQ(identities.uuid(), derived);
    EXPECT_EQ(identities.code(), 4821);
    identities.give(said, 4821);
    identities.give(std::nullopt, std::nullopt);
    EXPECT_EQ(identities.uuid(), derived);
}

TEST(TrackId, IsReadBackInItsCanonicalFormAlone) {
    const std::string id = "mts:track:0b8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e10";
    ASSERT_TRUE(uuid_of_track_id(id));
    EXPECT_EQ(ledger::track_id_of(*uuid_of_track_id(id)), id);
    for (const char* wrong :
         {"", "mts:track:", "0b8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e10", "mts:track:0B8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e10",
          "mts:track:0b8f6a522a6c4c519d3e0c2f5a1b7e10", "mts:track:0b8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e1",
          "mts:track:0b8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e100", "mts:track:0b8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e1g"})
        EXPECT_FALSE(uuid_of_track_id(wrong)) << wrong;
}

}  // namespace
}  // namespace simtrail::runtime
