// `simtrail cells learn` from outside: what it reads, what it refuses, and what it says of that.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/executable.hpp"

namespace simtrail {
namespace {

using nlohmann::json;
using testing::Ran;

class CellsLearn : public ::testing::Test {
   protected:
    static json observation(int k) {
        return {{"ts", 1'700'000'000'000 + k * 10'000},
                {"msisdn", "919900000010"},
                {"radio", "lte"},
                {"mcc", 404},
                {"mnc", 45},
                {"area", 7},
                {"cell", 256},
                {"signal", -80 - k},
                {"lon", 77 + 1e-4 * k},
                {"lat", 28.6}};
    }
    Ran learn(const std::string& files, const std::string& rest = "--out city.model --json") const {
        return work_.run("simtrail cells learn --observations " + files + " " + rest);
    }
    testing::Workplace work_;
};

TEST_F(CellsLearn, ReadsCsvAsItReadsJson) {
    std::string lines, rows = "ts,msisdn,radio,mcc,mnc,area,cell,signal,lon,lat,neighbours\r\n";
    for (int k = 0; k < 20; ++k) {
        json line = observation(k);
        if (k == 7) line.erase("lon"), line.erase("lat");
        line["neighbours"] = {{{"pci", 9}, {"signal", -100}}};
        lines += line.dump() + "\n";
        const std::string place = k == 7 ? "," : line["lon"].dump() + "," + line["lat"].dump();
        rows +=
            line["ts"].dump() + ",919900000010,lte,404,45,7,256," + line["signal"].dump() + "," + place + ",9:-100\r\n";
    }
    work_.write("drive.ndjson", lines);
    work_.write("drive.csv", rows);
    const json told = json::parse(learn("drive.ndjson").out)["read"];
    EXPECT_EQ(told["observations"], 19);
    EXPECT_EQ(told["withoutPlace"], 1);
    json of_csv = json::parse(learn("drive.csv", "--out csv.model --json").out)["read"];
    EXPECT_EQ(of_csv["otherLines"], 1) << "the header";
    of_csv["otherLines"] = 0;
    EXPECT_EQ(of_csv, told);
    EXPECT_EQ(work_.run("cmp city.model csv.model").exit_code, 0);
    work_.write("marked.csv",
                "\xEF\xBB\xBF"
                "lon,lat,ts,msisdn,radio,mcc,mnc,cell\n77,28.6,1700000000000,919900000010,lte,404,45,256\n");
    EXPECT_EQ(json::parse(learn("marked.csv", "--out marked.model --json").out)["read"]["observations"], 1);
    work_.write("no.csv", "ts,msisdn,radio,mcc,mnc,area,lon,lat\n");
    const Ran refused = learn("no.csv");
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_TRUE(refused.one_line_only()) << refused.err;
    EXPECT_NE(refused.err.find("no.csv: "), std::string::npos) << refused.err;
}

TEST_F(CellsLearn, TellsOfEachRejectedLineWhereAndWhy) {
    json half = observation(1), text = observation(2), nowhere = observation(3), unknown = observation(4);
    half.erase("lat");
    text["lon"] = "77.0";
    nowhere["lat"] = 91;
    unknown["radio"] = "wimax";
    std::string lines;
    for (const json& line : {observation(0), half, text, nowhere, unknown}) lines += line.dump() + "\n";
    work_.write("drive.ndjson", lines + "{\"ts\n");
    const Ran ran = learn("drive.ndjson");
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    const json read = json::parse(ran.out)["read"];
    EXPECT_EQ(read["observations"], 1);
    EXPECT_EQ(read["rejected"], 5);
    EXPECT_EQ(read["byReason"],
              json({{"missingField", 1}, {"wrongType", 1}, {"outOfRange", 1}, {"unknownRadio", 1}, {"notJson", 1}}));
    for (const char* told : {"drive.ndjson:2: missingField", "drive.ndjson:3: wrongType", "drive.ndjson:4: outOfRange",
                             "drive.ndjson:5: unknownRadio", "drive.ndjson:6: notJson"})
        EXPECT_NE(ran.err.find(told), std::string::npos) << told << "\n" << ran.err;
    EXPECT_EQ(ran.err.find("9199"), std::string::npos) << "never its bytes";
}

TEST_F(CellsLearn, RefusesBeforeAllWorkWhatItCouldNotWrite) {
    work_.write("drive.ndjson", observation(0).dump() + "\n");
    const Ran over = learn("drive.ndjson", "--out ./drive.ndjson");
    EXPECT_EQ(over.exit_code, 2);
    EXPECT_TRUE(over.one_line_only()) << over.err;
    EXPECT_EQ(work_.run("cat drive.ndjson").out, observation(0).dump() + "\n");
    work_.write("bad.ndjson", "{}\n");
    const Ran nowhere = learn("bad.ndjson", "--out no/such/city.model");
    EXPECT_EQ(nowhere.exit_code, 1);
    EXPECT_NE(nowhere.err.find("no/such/city.model: cannot be written: "), std::string::npos) << nowhere.err;
}

}  // namespace
}  // namespace simtrail
