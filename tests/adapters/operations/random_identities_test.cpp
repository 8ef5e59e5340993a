#include "adapters/operations/random_identities.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace simtrail::operations {
namespace {

TEST(RandomIdentities, AreUuidsOfVersion4AndDiffer) {
    RandomIdentities identities;
    std::set<std::array<std::uint8_t, 16>> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto uuid = identities.uuid();
        EXPECT_EQ(uuid[6] >> 4, 4);
        EXPECT_EQ(uuid[8] >> 6, 2);
        seen.insert(uuid);
    }
    EXPECT_EQ(seen.size(), 1000U);
}

TEST(RandomIdentities, EveryCodeComesFromAsManyBitPatterns) {
    std::vector<int> patterns(10'000);
    for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits)
        if (const auto code = code_of(static_cast<std::uint16_t>(bits)); code != no_code) ++patterns.at(code);
    EXPECT_EQ(patterns, std::vector<int>(10'000, 6));
}

TEST(RandomIdentities, CodesHaveFourDigitsAndDiffer) {
    RandomIdentities identities;
    std::set<std::uint16_t> seen;
    for (int i = 0; i < 10'000; ++i) {
        const auto code = identities.code();
        ASSERT_LT(code, 10'000);
        seen.insert(code);
    }
    // Of 10,000 drawn from 10,000 about 6,321 differ, give or take 31.
    EXPECT_GT(seen.size(), 6'000U);
    EXPECT_LT(seen.size(), 6'650U);
}

}  // namespace
}  // namespace simtrail::operations
