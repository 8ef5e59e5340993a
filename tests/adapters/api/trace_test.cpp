#include <gtest/gtest.h>

#include <random>

#include "tests/adapters/api/api_bench.hpp"

// getTraceData: pages, lines, sequences.
namespace simtrail::api {
namespace {

class Trace : public testing::ApiBench {
   protected:
    Trace() { id = running("919876543210", "van 1"); }

    void arrive(std::uint32_t seq, std::int64_t tis_ms) { ApiBench::arrive(id, seq, tis_ms); }
    testing::Seen get(const std::string& query = {}, const std::string& accept = {}) {
        http::Headers headers;
        if (!accept.empty()) headers.emplace_back("Accept", accept);
        return call("GET", "/v1/sim-tracks/" + id + "/trace" + query, {}, std::move(headers));
    }
    static std::vector<std::uint32_t> seqs(const nlohmann::json& collection) {
        std::vector<std::uint32_t> seqs;
        for (const auto& feature : collection["features"]) seqs.push_back(feature["properties"]["seq"]);
        return seqs;
    }

    std::string id;
};

using Seqs = std::vector<std::uint32_t>;

TEST_F(Trace, EmptyOneIsAnEmptyCollection) {
    for (const std::string query : {"", "?shape=line"}) {
        const auto answer = get(query);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.header("Content-Type"), "application/geo+json");
        EXPECT_EQ(answer.body, R"({"type":"FeatureCollection","features":[]})");
    }
}

TEST_F(Trace, PointsAreFeatures) {
    arrive(1, 5000);
    EXPECT_EQ(get().body, R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point",)"
                          R"("coordinates":[121.4737,31.2304]},"properties":{"seq":1,"tis":5000,"accuracy":350,)"
                          R"("confidence":"high","errorReason":[],"radio":"lte"}}]})");
}

TEST_F(Trace, LineHasTheTimesBesideIt) {
    arrive(1, 5000);
    EXPECT_EQ(get("?shape=line").json()["features"][0]["geometry"]["type"], "Point");
    arrive(2, 6000);
    const auto features = get("?shape=line").json()["features"];
    ASSERT_EQ(features.size(), 1U);
    EXPECT_EQ(features[0]["geometry"]["type"], "LineString");
    EXPECT_EQ(features[0]["properties"]["coordTimes"], (std::vector<int>{5000, 6000}));
}

TEST_F(Trace, IsListedByTimeAndBoundedInclusively) {
    arrive(1, 3000);
    arrive(2, 1000);
    arrive(3, 2000);
    arrive(4, 2000);
    EXPECT_EQ(seqs(get().json()), (Seqs{2, 3, 4, 1}));
    EXPECT_EQ(seqs(get("?from=2000&to=2000").json()), (Seqs{3, 4}));
    EXPECT_EQ(seqs(get("?from=2001").json()), (Seqs{1}));
    EXPECT_EQ(seqs(get("?to=-1").json()), (Seqs{}));
}

TEST_F(Trace, NextPageIsLinkedWithAllParameters) {
    for (std::uint32_t seq = 1; seq <= 3; ++seq) arrive(seq, seq * 1000);
    const auto first = call("GET", "/v1/sim-tracks/van%201/trace?limit=2&from=0&x=y", {});
    const std::string cursor = first.json()["nextCursor"];
    EXPECT_EQ(first.header("Link"),
              "</v1/sim-tracks/van%201/trace?limit=2&from=0&x=y&cursor=" + cursor + ">; rel=\"next\"");
    const std::string link = first.header("Link");
    const auto second = call("GET", link.substr(1, link.find('>') - 1));
    EXPECT_EQ(seqs(second.json()), (Seqs{3}));
    EXPECT_FALSE(second.json().contains("nextCursor"));
    EXPECT_EQ(second.header("Link"), "");
}

TEST_F(Trace, PagesAreStableWhilePointsArrive) {
    std::mt19937 random(3);
    for (std::uint32_t seq = 1; seq <= 40; ++seq) arrive(seq, seq * 1000);
    Seqs listed;
    std::uint32_t next = 41;
    for (std::string query = "?limit=7"; !query.empty();) {
        const auto page = get(query).json();
        for (const auto seq : seqs(page)) listed.push_back(seq);
        query = page.contains("nextCursor") ? "?limit=7&cursor=" + page["nextCursor"].get<std::string>() : "";
        if (next < 80) arrive(next, next * 1000), ++next;                          // behind the end
        if (next < 80) arrive(next, static_cast<int>(random() % 40'000)), ++next;  // late ones, anywhere
    }
    EXPECT_EQ(std::set<std::uint32_t>(listed.begin(), listed.end()).size(), listed.size()) << "a point came twice";
    for (std::uint32_t seq = 1; seq <= 40; ++seq) EXPECT_EQ(std::ranges::count(listed, seq), 1) << seq;
}

TEST_F(Trace, ParametersThatAreBadAreNamed) {
    const std::vector<std::pair<std::string, std::string>> bad{{"from", "from=x"},
                                                               {"from", "from=1e3"},
                                                               {"from", "from=99999999999999999999"},
                                                               {"to", "to="},
                                                               {"to", "to=1&to=1"},
                                                               {"limit", "limit=0"},
                                                               {"limit", "limit=10001"},
                                                               {"limit", "limit=-1"},
                                                               {"shape", "shape=blob"},
                                                               {"detail", "detail=raw"},
                                                               {"cursor", "cursor=abc"},
                                                               {"from", "from=2&to=1"},
                                                               {"from", "from=%"}};
    for (const auto& [field, query] : bad) {
        const auto answer = get("?" + query);
        EXPECT_EQ(answer.status, 400) << query;
        EXPECT_EQ(answer.field(), field) << query;
    }
    EXPECT_EQ(get("?limit=10000").status, 200);
    EXPECT_EQ(get("?detail=live&shape=points&unknown=%zz").status, 200);
}

TEST_F(Trace, CursorOfAnotherTrackIsRefused) {
    for (std::uint32_t seq = 1; seq <= 2; ++seq) arrive(seq, seq);
    const std::string cursor = get("?limit=1").json()["nextCursor"];
    const auto other = running("1", "other");
    EXPECT_EQ(call("GET", "/v1/sim-tracks/" + other + "/trace?cursor=" + cursor).field(), "cursor");
}

TEST_F(Trace, SmoothedIsTheSamePointsWithHindsightInEveryForm) {
    for (std::uint32_t seq = 1; seq <= 3; ++seq) arrive(seq, seq);
    const auto live = get("?limit=2").json();
    auto smoothed = get("?detail=smoothed&limit=2").json();
    ASSERT_EQ(smoothed["features"].size(), 2U);
    EXPECT_EQ(smoothed["nextCursor"], live["nextCursor"]);
    EXPECT_EQ(smoothed["features"][0]["properties"]["seq"], live["features"][0]["properties"]["seq"]);
    EXPECT_NE(smoothed["features"][0]["geometry"], live["features"][0]["geometry"]);
    const auto next = get("?detail=smoothed&limit=2&cursor=" + smoothed["nextCursor"].get<std::string>()).json();
    ASSERT_EQ(next["features"].size(), 1U);
    const auto line = get("?detail=smoothed&shape=line").json();
    EXPECT_EQ(line["features"][0]["geometry"]["coordinates"][2], next["features"][0]["geometry"]["coordinates"]);
    EXPECT_NE(get("?detail=smoothed&limit=1").header("Link").find("detail=smoothed"), std::string::npos);
}

TEST_F(Trace, ThatCannotBeReadIs503) {
    traces.broken = true;
    const auto answer = get();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("Retry-After"), "1");
}

TEST_F(Trace, IsCompressedForWhoTakesIt) {
    for (std::uint32_t seq = 1; seq <= 50; ++seq) arrive(seq, seq);
    const auto plain = get();
    const auto packed = call("GET", "/v1/sim-tracks/" + id + "/trace", {}, {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(plain.header("Content-Encoding"), "");
    EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
    EXPECT_LT(packed.body.size(), plain.body.size() / 4);
}

constexpr std::string_view sequence = "application/geo+json-seq";

TEST_F(Trace, SequenceHasARecordAPoint) {
    arrive(1, 1000);
    arrive(2, 500);
    auto answer = get("", std::string(sequence));
    EXPECT_EQ(answer.header("Content-Type"), sequence);
    const std::string text = answer.pieces();
    EXPECT_TRUE(answer.ended);
    ASSERT_EQ(std::ranges::count(text, '\x1e'), 2);
    EXPECT_EQ(text.front(), '\x1e');
    EXPECT_EQ(text.back(), '\n');
    const auto first = nlohmann::json::parse(text.substr(1, text.find('\n')));
    EXPECT_EQ(first["type"], "Feature");
    EXPECT_EQ(first["properties"]["seq"], 2);
}

TEST_F(Trace, SequenceHasAllPointsHoweverMany) {
    for (std::uint32_t seq = 1; seq <= 2500; ++seq) arrive(seq, seq);
    EXPECT_EQ(std::ranges::count(get("", std::string(sequence)).pieces(), '\n'), 2500);
    EXPECT_EQ(std::ranges::count(get("?from=2&to=1002", std::string(sequence)).pieces(), '\n'), 1001);
    EXPECT_EQ(std::ranges::count(get("?limit=1500", std::string(sequence)).pieces(), '\n'), 1500);
    auto none = get("?from=3000", std::string(sequence));
    EXPECT_EQ(none.pieces(), "");
    EXPECT_TRUE(none.ended);
}

TEST_F(Trace, SequenceBreaksOffWhereAPageCannotBeRead) {
    for (std::uint32_t seq = 1; seq <= 1500; ++seq) arrive(seq, seq);
    auto answer = get("", std::string(sequence));
    EXPECT_TRUE(answer.piece());
    traces.broken = true;
    EXPECT_EQ(answer.piece(), std::nullopt);
    EXPECT_FALSE(answer.ended) << "it would look whole";
}

TEST_F(Trace, SequenceWhoseReaderHasGoneIsNoMatter) {
    arrive(1, 1);
    traces.later = true;
    {
        auto answer = get("", std::string(sequence));
        answer.piece();
    }
    traces.run();
}

TEST_F(Trace, SequenceHasNoLine) { EXPECT_EQ(get("?shape=line", std::string(sequence)).field(), "shape"); }

}  // namespace
}  // namespace simtrail::api
