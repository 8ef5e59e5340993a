// The shipped made cities through the real executable, against the expected outputs that lie beside them.
// SIMTRAIL_UPDATE_EXPECTED=1 writes these anew (data/README.md).

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/executable.hpp"
#include "tests/support/places.hpp"

namespace simtrail {
namespace {

using Json = nlohmann::ordered_json;
using testing::content;

/// What does not depend on the machine, its load and the day.
Json lasting(const Json& told) {
    Json json;
    for (const char* key : {"lines", "outcomes", "rejected", "fieldsDropped", "points", "newTracks", "byConfidence",
                            "byErrorReason", "remarks"})
        json[key] = told.at(key);
    return json;
}

class DataReplay : public ::testing::TestWithParam<const char*> {
   protected:
    std::string shipped(const std::string& name) const {
        return simtrail::places::source_dir() + "/data/" + GetParam() + "/" + name;
    }

    Json replay(const std::string& database, const std::string& options = "") const {
        const auto ran =
            place_.run("simtrail replay --cells '" + shipped("towers.csv") + "' --feed '" + shipped("feed.ndjson") +
                       "' --track '" + shipped("tracked.txt") + "' --db " + database + " --json " + options);
        EXPECT_EQ(ran.exit_code, 0) << ran.err;
        return Json::parse(ran.out);
    }

    std::string exported(const std::string& database, const std::string& format) const {
        const auto ran = place_.run("simtrail export --db " + database + " --all --format " + format);
        EXPECT_EQ(ran.exit_code, 0) << ran.err;
        return ran.out;
    }
    std::string hash(const std::string& text) const {
        place_.write("hashed", text);
        return place_.run("sha256sum < hashed").out.substr(0, 64);
    }

    testing::Workplace place_;
};

TEST_P(DataReplay, GivesTheExpectedCountsAndTraces) {
    Json counts = lasting(replay("traces.db"));
    const std::string csv = exported("traces.db", "csv");
    for (const char* format : {"geojson", "line", "gpx"})
        counts["sha256"][format] = hash(exported("traces.db", format));

    const std::string expected_counts = shipped("expected-counts.json"), expected_csv = shipped("expected.csv.gz");
    if (std::getenv("SIMTRAIL_UPDATE_EXPECTED") != nullptr) {
        place_.write("traces.csv", csv);
        ASSERT_EQ(place_.run("gzip -9n < traces.csv > '" + expected_csv + "'").exit_code, 0);
        std::ofstream(expected_counts, std::ios::binary) << counts.dump(2) << "\n";
        GTEST_SKIP() << "written: " << expected_counts << ", " << expected_csv;
    }
    EXPECT_EQ(counts.dump(2) + "\n", content(expected_counts));
    place_.write("traces.csv", csv);
    const auto difference = place_.run("diff <(zcat '" + expected_csv + "') traces.csv | head -n 20");
    EXPECT_EQ(difference.exit_code, 0) << difference.out;
}

TEST_P(DataReplay, TwiceAndOverThreeShardsGivesTheSameBytes) {
    const Json once = lasting(replay("once.db"));
    EXPECT_EQ(lasting(replay("again.db")), once);
    EXPECT_EQ(lasting(replay("shards.db", "--shards 3")), once);
    EXPECT_EQ(hash(content(place_.file("again.db"))), hash(content(place_.file("once.db"))));
    for (const char* format : {"geojson", "csv"}) {
        const std::string expected = hash(exported("once.db", format));
        EXPECT_EQ(hash(exported("again.db", format)), expected);
        EXPECT_EQ(hash(exported("shards.db", format)), expected);
    }
}

TEST_P(DataReplay, CountsAsTheSimulatorForetold) {
    const auto foretold = Json::parse(content(shipped("summary.json")));
    const Json told = replay("traces.db");
    EXPECT_EQ(told["lines"], foretold["lines"]);
    for (const auto& [outcome, count] : told["outcomes"].items())
        EXPECT_EQ(count, foretold["outcomes"].value(outcome, 0)) << outcome;
    for (const auto& [field, count] : told["fieldsDropped"].items())
        EXPECT_EQ(count, foretold["fields"].value(field, 0)) << field;
}

INSTANTIATE_TEST_SUITE_P(City, DataReplay, ::testing::Values("city-small", "clean-small"),
                         [](const auto& city) { return std::string(city.param) == "city-small" ? "Dirty" : "Clean"; });

}  // namespace
}  // namespace simtrail
