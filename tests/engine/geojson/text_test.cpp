#include "engine/geojson/text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace simtrail::geojson {
namespace {

std::string degrees(std::int32_t degrees_e5) {
    std::string text;
    append_degrees(text, degrees_e5);
    return text;
}

std::string json_string(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return quoted;
}

TEST(Text, DegreesAreExactAndShortest) {
    EXPECT_EQ(degrees(12'147'370), "121.4737");
    EXPECT_EQ(degrees(3'123'041), "31.23041");
    EXPECT_EQ(degrees(-18'000'000), "-180");
    EXPECT_EQ(degrees(0), "0");
    EXPECT_EQ(degrees(1), "0.00001");
    EXPECT_EQ(degrees(-50'000), "-0.5");
    EXPECT_EQ(degrees(100'100), "1.001");
}

TEST(Text, DegreesReadBackAsTheyWere) {
    for (std::int32_t value = -18'000'000; value <= 18'000'000; value += 97)
        ASSERT_EQ(std::lround(std::stod(degrees(value)) * 1e5), value);
}

TEST(Text, JsonStringsComeBackFromAJsonParser) {
    std::string every_ascii;
    for (char c = 0; c < 127; ++c) every_ascii += c;
    for (const std::string& text :
         {std::string(), std::string("Tata \"Ace\" \\ 7"), std::string("n\xc3\xbc\nll"), every_ascii})
        EXPECT_EQ(nlohmann::json::parse(json_string(text)).get<std::string>(), text);
}

}  // namespace
}  // namespace simtrail::geojson
