// Real drives on a motorway, located from hand-overs alone: none of their points is lost, hardly any called impossible.

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/executable.hpp"

namespace simtrail {
namespace {

TEST(FastJourney, OnARealMotorwayKeepsItsPoints) {
    const std::string data = simtrail::places::shared_dir() + "/data/salzburg-motorway";
    if (!std::filesystem::exists(data)) GTEST_SKIP() << "no " << data;
    const testing::Workplace work;
    ASSERT_EQ(
        work.run("simtrail cells learn --observations " + data + "/train.ndjson.gz --out motorway.model").exit_code, 0);
    ASSERT_EQ(
        work.run("simtrail replay --cells motorway.model --feed " + data + "/feed.ndjson.gz --db traces.db --track-all")
            .exit_code,
        0);
    const auto lines = [&work](const std::string& command) { return std::stoul(work.run(command + " | wc -l").out); };
    EXPECT_EQ(lines("simtrail export --db traces.db --all --format csv") - 1,
              lines("zcat " + data + "/feed.ndjson.gz"));

    const auto found =
        nlohmann::json::parse(work.run("simtrail evaluate --db traces.db --truth " + data + "/truth.csv --json").out);
    EXPECT_GE(found["answered"], 0.995);
    const double implausible = found["byErrorReason"]["implausibleSpeed"];
    EXPECT_LE(implausible, 0.01 * found["truths"].get<double>());
}

}  // namespace
}  // namespace simtrail
