#include "engine/geojson/segment.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/made_traces.hpp"

namespace simtrail::geojson {
namespace {

using testing::made_trace;

std::string segment(const std::vector<TracePoint>& points) {
    std::string text;
    append_segment(text, points);
    return text;
}

const std::vector<TracePoint> three_points{
    {41, 1'699'873'625'645, 12'147'370, 3'123'040, 350, Confidence::high, {}, Radio::lte},
    {42, 1'699'873'645'645, 12'147'410, 3'123'040, 350, Confidence::medium,
     ErrorReasons{}.add(ErrorReason::stale_event), Radio::lte},
    {43, 1'699'873'641'645, 12'147'520, 3'123'100, 1200, Confidence::low,
     ErrorReasons{}.add(ErrorReason::stale_event).add(ErrorReason::area_only), Radio::lte}};

TEST(Segment, IsOneFeatureWithArraysOverItsPoints) {
    EXPECT_EQ(
        segment(three_points),
        R"({"type":"Feature","geometry":{"type":"LineString","coordinates":[[121.4737,31.2304],[121.4741,31.2304],)"
        R"([121.4752,31.231]]},"properties":{"seq":41,"tis":[1699873625645,20000,-4000],"accuracy":[350,350,1200],)"
        R"("confidence":"hml","errorReason":{"areaOnly":[2],"staleEvent":[1,2]},"radio":"lte"}})");
}

TEST(Segment, OfOnePointIsAPoint) {
    EXPECT_EQ(segment({three_points[0]}),
              R"({"type":"Feature","geometry":{"type":"Point","coordinates":[121.4737,31.2304]},)"
              R"("properties":{"seq":41,"tis":[1699873625645],"accuracy":[350],"confidence":"h","radio":"lte"}})");
}

TEST(Segment, NamesEachRadioWhereTheyAreMixed) {
    auto points = three_points;
    points[1].radio = Radio::nr;
    EXPECT_NE(segment(points).find(R"("radio":["lte","nr","lte"]}})"), std::string::npos);
    EXPECT_EQ(parse_segment(segment(points)), points);
}

TEST(Segment, IsAppendedToWhatIsThere) {
    std::string text = "before";
    append_segment(text, three_points);
    EXPECT_EQ(text, "before" + segment(three_points));
}

TEST(Segment, ComesBackAsItWentInAndIsJson) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const testing::MadeTrace what{1 + seed % 70, (seed & 1) != 0, (seed & 2) != 0, (seed & 4) != 0};
        const auto points = made_trace(seed, what);
        const std::string text = segment(points);
        ASSERT_EQ(parse_segment(text), points) << "seed " << seed;
        ASSERT_TRUE(nlohmann::json::accept(text)) << text;
    }
}

TEST(Segment, HoldsTheExtremesOfEveryNumber) {
    constexpr auto u32_max = std::numeric_limits<std::uint32_t>::max();
    constexpr auto year_275760 = std::int64_t{8'640'000'000'000'000};
    const auto all_reasons = ErrorReasons::from_bits(0xffff);
    const std::vector<TracePoint> points{
        {u32_max - 2, -year_275760, -18'000'000, -9'000'000, u32_max, Confidence::none, all_reasons, Radio::umts},
        {u32_max - 1, year_275760, 18'000'000, 9'000'000, 0, Confidence::high, all_reasons, Radio::nr},
        {u32_max, 0, -1, 1, 1, Confidence::low, {}, Radio::gsm}};
    EXPECT_EQ(parse_segment(segment(points)), points);
}

TEST(Segment, OfTheMostPointsFitsTheRoomReserved) {
    const std::vector<TracePoint> worst(
        max_segment_points,
        {0, std::numeric_limits<std::int64_t>::min() / 4, -17'999'999, -8'999'999,
         std::numeric_limits<std::uint32_t>::max(), Confidence::high, ErrorReasons::from_bits(0xffff), Radio::umts});
    auto points = worst;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        points[i].seq = i;
        if (i % 2 == 0) points[i].tis_ms = -points[i].tis_ms;
    }
    points[0].radio = Radio::lte;
    EXPECT_EQ(parse_segment(segment(points)), points);
}

TEST(Segment, CutAnywhereIsDamaged) {
    const std::string text = segment(made_trace(7, {5}));
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(parse_segment(std::string_view(text).substr(0, length))) << length;
    EXPECT_FALSE(parse_segment(text + " "));
}

TEST(Segment, WithOneByteChangedIsDamagedOrSaysJustThat) {
    const std::string text = segment(made_trace(8, {4}));
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = text;
            changed[i] = static_cast<char>(byte);
            const auto points = parse_segment(changed);
            ASSERT_EQ(points ? segment(*points) : changed, changed);
        }
    }
}

TEST(Segment, ThatTheWriterWouldNotWriteIsRefused) {
    const std::string text = segment(three_points);
    const auto refused = [&text](std::string_view from, std::string_view to) {
        std::string changed = text;
        changed.replace(changed.find(from), from.size(), to);
        return !parse_segment(changed);
    };
    EXPECT_TRUE(refused("121.4737", "121.47370"));
    EXPECT_TRUE(refused("121.4737", "121.473705"));
    EXPECT_TRUE(refused("121.4737", "0121.4737"));
    EXPECT_TRUE(refused("121.4737", "180.00001"));
    EXPECT_TRUE(refused("121.4737", "-0"));
    EXPECT_TRUE(refused("31.2304", "90.1"));
    EXPECT_TRUE(refused(R"("seq":41)", R"("seq":4294967294)"));
    EXPECT_TRUE(refused("1699873625645", "9223372036854775807"));
    EXPECT_TRUE(refused("20000", "20000,1"));
    EXPECT_TRUE(refused("350", "-350"));
    EXPECT_TRUE(refused("hml", "hm"));
    EXPECT_TRUE(refused("hml", "hmx"));
    EXPECT_TRUE(refused("[1,2]", "[1,3]"));
    EXPECT_TRUE(refused("[1,2]", "[2,1]"));
    EXPECT_TRUE(refused("[1,2]", "[]"));
    EXPECT_TRUE(refused("areaOnly", "staleEvent"));
    EXPECT_TRUE(refused(R"("lte")", R"(["lte","lte","lte"])"));
    EXPECT_FALSE(refused("350", "351"));
}

TEST(Segment, DamagedSaysWhere) {
    EXPECT_EQ(parse_segment("").error(), "segment damaged at byte 0");
    EXPECT_EQ(parse_segment(R"({"type":"Feature","geometry":{"type":"Point","coordinates":[x)").error(),
              "segment damaged at byte 60");
}

}  // namespace
}  // namespace simtrail::geojson
