#include "adapters/api/target.hpp"

#include <gtest/gtest.h>

#include <array>

namespace simtrail::api {
namespace {

TEST(Target, DecodesPercentSigns) {
    EXPECT_EQ(percent_decoded("mts%3Atrack%3a1"), "mts:track:1");
    EXPECT_EQ(percent_decoded("mts:track:1"), "mts:track:1");
    EXPECT_EQ(percent_decoded("a+b%20c"), "a+b c");
    EXPECT_EQ(percent_decoded("%00"), std::string(1, '\0'));
    EXPECT_EQ(percent_decoded("%2525"), "%25");
}

TEST(Target, RefusesBrokenPercentSigns) {
    for (const std::string_view text : {"%", "%4", "a%", "%g0", "%0g", "%%41", "% 1", "%-1"})
        EXPECT_EQ(percent_decoded(text), std::nullopt) << text;
}

TEST(Target, EncodesWhatItDecodes) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
    EXPECT_EQ(percent_encoded("van 7/ä>"), "van%207%2F%C3%A4%3E");
}

TEST(Target, MatchesPathsSegmentBySegment) {
    std::vector<std::string_view> arguments;
    EXPECT_TRUE(matches("/v1/sim-tracks/{}/trace", "/v1/sim-tracks/a%2Fb/trace", arguments));
    EXPECT_EQ(arguments, std::vector<std::string_view>{"a%2Fb"});
    EXPECT_TRUE(matches("/v1/sim-tracks", "/v1/sim-tracks", arguments));
    EXPECT_TRUE(arguments.empty());
    for (const std::string_view path : {"", "/", "/v1/sim-tracks/", "/v1/sim-tracks//trace", "/v1/sim-tracks/a/trace/",
                                        "/v1/sim-tracks/a/b/trace", "v1/sim-tracks/a/trace", "//v1/sim-tracks/a/trace"})
        EXPECT_FALSE(matches("/v1/sim-tracks/{}/trace", path, arguments)) << path;
}

constexpr std::array<std::string_view, 2> known{"from", "to"};

TEST(Target, QueryHasKnownParametersAndIgnoresOthers) {
    const auto query = Query::parse("from=1&x=%zz&&to=&x=2", known);
    ASSERT_TRUE(query);
    EXPECT_EQ(*query->find("from"), "1");
    EXPECT_EQ(*query->find("to"), "");
    EXPECT_EQ(query->find("x"), nullptr);
    EXPECT_EQ(*Query::parse("fr%6Fm=%31", known)->find("from"), "1");
}

TEST(Target, QueryRefusesAParameterThatComesTwiceOrIsBroken) {
    EXPECT_EQ(Query::parse("from=1&to=2&from=1", known).error().field, "from");
    EXPECT_EQ(Query::parse("to=%1", known).error().field, "to");
}

TEST(Target, QueryWithoutAParameterIsFitForALinkHeader) {
    EXPECT_EQ(query_without("from=1&cursor=abc&limit=2&%63ursor=d", "cursor"), "from=1&limit=2");
    EXPECT_EQ(query_without("a=<>\"\r\n", "cursor"), "a=%3C%3E%22%0D%0A");
    EXPECT_EQ(query_without("cursor=1", "cursor"), "");
}

TEST(Target, FindsTheBearersKey) {
    EXPECT_EQ(bearer_key("Bearer sk_1_abc"), "sk_1_abc");
    EXPECT_EQ(bearer_key("bEARER   abc="), "abc=");
    for (const std::string_view header :
         {"", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer a,b", "Bearerabc", "Bearer \x01", " Bearer a"})
        EXPECT_EQ(bearer_key(header), std::nullopt) << header;
    EXPECT_EQ(bearer_key("Bearer " + std::string(257, 'a')), std::nullopt);
}

}  // namespace
}  // namespace simtrail::api
