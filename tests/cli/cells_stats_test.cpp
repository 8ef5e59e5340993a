// `simtrail cells stats` from outside, on a model of a made city.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/executable.hpp"

namespace simtrail {
namespace {

using testing::Ran;

/// Two cells driven past often on several days, one seen by a single car: 1 km apart along a street to the east.
class CellsStats : public ::testing::Test {
   protected:
    void SetUp() override {
        std::mt19937_64 random(3);
        std::string lines;
        for (int day = 0; day < 6; ++day)
            for (int k = 0; k < 60; ++k) lines += observation(1 + k % 2, day, k, random);
        for (int k = 0; k < 5; ++k) lines += observation(3, 0, 100 + k, random);
        work_.write("drives.ndjson", lines);
        learnt_ = work_.run("simtrail cells learn --observations drives.ndjson --out city.model");
        ASSERT_EQ(learnt_.exit_code, 0) << learnt_.err;
    }
    static std::string observation(int cell, int day, int k, std::mt19937_64& random) {
        const nlohmann::json line{{"ts", 1'700'000'000'000 + day * 86'400'000LL + k * 10'000},
                                  {"msisdn", "9199000000" + std::to_string(10 + day)},
                                  {"radio", "lte"},
                                  {"mcc", 404},
                                  {"mnc", 45},
                                  {"area", 7},
                                  {"cell", 256 * cell},
                                  {"signal", -80 - static_cast<int>(random() % 20)},
                                  {"lon", 77.0 + 0.01 * cell + 1e-5 * static_cast<double>(random() % 500)},
                                  {"lat", 28.6}};
        return line.dump() + "\n";
    }
    testing::Workplace work_;
    Ran learnt_;
};

TEST_F(CellsStats, LearningTellsHowFarOffTheKeptOutDaysWere) {
    EXPECT_NE(learnt_.out.find("\nkept-out days "), std::string::npos) << learnt_.out;
    EXPECT_NE(learnt_.out.find("\nwith hindsight"), std::string::npos) << learnt_.out;
    const Ran again = work_.run("simtrail cells learn --observations drives.ndjson --out city.model --json");
    const auto kept_out = nlohmann::json::parse(again.out)["keptOut"];
    const auto& live = kept_out["live"];
    EXPECT_EQ(live["positions"], 365);
    EXPECT_GT(live["median"], 5) << "places of a street of 500 m, told apart by the signal alone";
    EXPECT_LT(live["median"], 300);
    EXPECT_LE(live["median"], live["p67"]);
    EXPECT_LE(live["p67"], live["p95"]);
    EXPECT_EQ(kept_out["smoothed"]["positions"], 365);
    work_.run("head -1 drives.ndjson > one.ndjson");
    const Ran one = work_.run("simtrail cells learn --observations one.ndjson --out one.model --json");
    EXPECT_TRUE(nlohmann::json::parse(one.out)["keptOut"]["live"].is_null()) << one.out;
}

TEST_F(CellsStats, TellsWhatIsKnownAndWhereItIsThin) {
    const Ran ran = work_.run("simtrail cells stats city.model --json");
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["cells"], 3);
    EXPECT_EQ(json["radios"]["lte"]["learnt"], 3);
    const auto& model = json["model"];
    EXPECT_EQ(model["cellsServed"], 3);
    EXPECT_EQ(model["observations"], 365);
    EXPECT_EQ(model["thinCells"]["all"], 1);
    EXPECT_EQ(model["thinCells"]["fewObservations"], 1);
    EXPECT_GT(model["placesPerCell"]["median"], 5);
    EXPECT_GE(model["squares"]["covered"], 5);
    EXPECT_LE(model["squares"]["covered"], 12);
    EXPECT_TRUE(model["radiusFactors"].contains("learntCell"));
    EXPECT_EQ(model["fittedSites"], 0) << "nobody reported a timing advance";
    EXPECT_EQ(model["signals"]["cells"], 3);
    EXPECT_NEAR(model["signals"]["mean"]["median"].get<double>(), -89.5, 3);
    EXPECT_EQ(model["signals"]["weakest"].size(), 2U) << "the thin one is not named";
    EXPECT_NEAR(model["signals"]["widest"][0]["deviation"].get<double>(), 5.8, 1) << "of -80 to -99, evenly";
    const Ran table = work_.run("simtrail cells stats city.model");
    EXPECT_NE(table.out.find("thin cells                 1"), std::string::npos) << table.out;
    EXPECT_NE(table.out.find("weakest signal"), std::string::npos) << table.out;
}

TEST_F(CellsStats, DrawsLearntGroundAndMarksThinCells) {
    const Ran ran = work_.run("simtrail cells stats city.model --picture city.svg");
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    const std::string svg = work_.run("cat city.svg").out;
    EXPECT_NE(svg.find("<title>5 observations</title>"), std::string::npos);
    EXPECT_NE(svg.find(R"(<path class="d)"), std::string::npos);
    EXPECT_EQ(work_.run("python3 -c 'import xml.dom.minidom as d; d.parse(\"city.svg\")'").exit_code, 0);
    EXPECT_EQ(work_.run("grep -E 'href|url\\(|@import|src=' city.svg").exit_code, 1);
    const Ran nowhere = work_.run("simtrail cells stats city.model --picture no/such.svg");
    EXPECT_EQ(nowhere.exit_code, 1);
    EXPECT_TRUE(nowhere.one_line_only()) << nowhere.err;
}

}  // namespace
}  // namespace simtrail
