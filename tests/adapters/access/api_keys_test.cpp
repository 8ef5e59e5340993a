#include "adapters/access/api_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace simtrail::access {
namespace {

TEST(ApiKeys, AreFoundByTheirTextAlone) {
    std::vector<ApiKey> keys;
    std::vector<std::string> texts;
    for (int i = 0; i < 20; ++i) {
        const NewKey made = make_key();
        keys.push_back(made.record);
        texts.push_back(made.text);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(find_key(keys, texts[i]), i);
    for (const std::string& wrong : {std::string(), keys[3].id, "sk_" + keys[3].id, texts[3] + " ", texts[3].substr(1)})
        EXPECT_EQ(find_key(keys, wrong), std::nullopt) << wrong;
    std::string altered = texts[3];
    altered.back() = altered.back() == '0' ? '1' : '0';
    EXPECT_EQ(find_key(keys, altered), std::nullopt);
    EXPECT_EQ(find_key({}, texts[3]), std::nullopt);
}

TEST(ApiKeys, AreDifferentEveryTime) {
    std::set<std::string> ids, texts;
    for (int i = 0; i < 100; ++i) {
        const NewKey made = make_key();
        EXPECT_THAT(made.text, ::testing::MatchesRegex("sk_[0-9a-f]{12}_[0-9a-f]{64}"));
        EXPECT_EQ(made.text.substr(3, 12), made.record.id);
        ids.insert(made.record.id);
        texts.insert(made.text);
    }
    EXPECT_EQ(ids.size(), 100U);
    EXPECT_EQ(texts.size(), 100U);
}

TEST(ApiKeys, AreHashedBySha256) {
    // FIPS 180-2's first example: "abc".
    ApiKey key;
    key.hash = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    EXPECT_EQ(find_key(std::array{key}, "abc"), 0U);
}

}  // namespace
}  // namespace simtrail::access
