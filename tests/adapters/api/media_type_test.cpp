#include "adapters/api/media_type.hpp"

#include <gtest/gtest.h>

#include <array>

namespace simtrail::api {
namespace {

constexpr std::array<std::string_view, 2> offered{"application/geo+json", "application/geo+json-seq"};
std::optional<std::size_t> preferred(std::string_view accept) { return preferred_type(accept, offered); }

TEST(MediaType, ServesTheUsualOneToWhoDoesNotCare) {
    for (const std::string_view accept :
         {"", "  ", "*/*", "application/*", "text/html, */*;q=0.1", "APPLICATION/GEO+JSON"})
        EXPECT_EQ(preferred(accept), 0U) << accept;
}

TEST(MediaType, FollowsWeightsAndPrecision) {
    EXPECT_EQ(preferred("application/geo+json-seq"), 1U);
    EXPECT_EQ(preferred("application/geo+json;q=0.5, application/geo+json-seq"), 1U);
    EXPECT_EQ(preferred("application/geo+json;q=0.501, application/geo+json-seq ; q=0.5"), 0U);
    EXPECT_EQ(preferred("*/*, application/geo+json;q=0"), 1U);
    EXPECT_EQ(preferred("application/*;q=0.1, application/geo+json-seq;v=1;q=0.2"), 1U);
}

TEST(MediaType, ServesNothingToWhoTakesNone) {
    for (const std::string_view accept : {"text/html", "text/*", "application/json", "*/*;q=0",
                                          "application/geo+json;q=0", "nonsense", "/", "application"})
        EXPECT_EQ(preferred(accept), std::nullopt) << accept;
}

TEST(MediaType, IsBareWithoutItsParameters) {
    EXPECT_EQ(bare_media_type(" text/csv ; charset=utf-8"), "text/csv");
    EXPECT_EQ(bare_media_type(""), "");
}

}  // namespace
}  // namespace simtrail::api
