#include "adapters/api/key_ring.hpp"

#include <gtest/gtest.h>

#include "tests/adapters/api/api_bench.hpp"

namespace simtrail::api {
namespace {

TEST(TokenBucket, LetsABurstGoAndThenTheRate) {
    TokenBucket bucket(10, 3, 0);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(0), std::nullopt);
    const auto wait_ms = bucket.take(0);
    ASSERT_TRUE(wait_ms);
    EXPECT_GE(*wait_ms, 100);
    EXPECT_LE(*wait_ms, 101);
    EXPECT_TRUE(bucket.take(50));
    EXPECT_EQ(bucket.take(50 + *bucket.take(50)), std::nullopt);
}

TEST(TokenBucket, IsNeverFullerThanItsBurstAndSurvivesAClockThatGoesBack) {
    TokenBucket bucket(1000, 2, 5'000'000);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(bucket.take(9'000'000), std::nullopt);
    EXPECT_TRUE(bucket.take(9'000'000));
    EXPECT_TRUE(bucket.take(0));
    EXPECT_EQ(bucket.take(2), std::nullopt);
}

struct Ring {
    testing::KeysInMemory keys;
    std::string text = keys.add("acme", {access::Scope::track});
    KeyRing ring{std::make_unique<testing::KeysInMemory::Source>(keys), {}};
};

TEST(KeyRing, KnowsItsKeysAndNoOthers) {
    Ring with;
    ASSERT_TRUE(with.ring.find(with.text, 0));
    EXPECT_EQ((*with.ring.find(with.text, 0))->tenant, "acme");
    EXPECT_EQ(with.ring.find(with.text + "a", 0).error(), KeyFault::unknown);
    EXPECT_EQ(with.ring.find("", 0).error(), KeyFault::unknown);
}

TEST(KeyRing, ReadsKeysAgainWhenTheyChange) {
    Ring with;
    EXPECT_TRUE(with.ring.find(with.text, 0));
    const auto another = with.keys.add("acme", {});
    EXPECT_TRUE(with.ring.find(another, 0));
    with.keys.keys[0].revoked_ms = 5;
    with.keys.changed = true;
    EXPECT_EQ(with.ring.find(with.text, 0).error(), KeyFault::revoked);
}

TEST(KeyRing, EndsAKeyAtItsExpiry) {
    Ring with;
    with.keys.keys[0].expires_ms = 1000;
    EXPECT_TRUE(with.ring.find(with.text, 999));
    EXPECT_EQ(with.ring.find(with.text, 1000).error(), KeyFault::expired);
    EXPECT_TRUE(with.ring.is_valid(with.keys.keys[0].id, 999));
    EXPECT_FALSE(with.ring.is_valid(with.keys.keys[0].id, 1000));
    EXPECT_FALSE(with.ring.is_valid("nobody", 0));
}

}  // namespace
}  // namespace simtrail::api
