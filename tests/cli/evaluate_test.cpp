// `simtrail evaluate` from outside: exit codes and what it says.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/city.hpp"

namespace simtrail {
namespace {

using testing::Ran;

class Evaluate : public ::testing::Test {
   protected:
    void SetUp() override { ASSERT_EQ(city_.replay(), 0); }
    Ran evaluated(const std::string& rest) const { return city_.run("simtrail evaluate --db traces.db " + rest); }

    testing::City city_;
};

TEST_F(Evaluate, PrintsATableOrOneJsonObject) {
    const Ran table = evaluated("--truth truth.csv");
    EXPECT_EQ(table.exit_code, 0);
    EXPECT_EQ(table.err, "");
    EXPECT_NE(table.out.find("median"), std::string::npos);
    const Ran ran = evaluated("--truth truth.csv --json");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["truths"], 400);
    EXPECT_EQ(json["answered"], 1.0);
}

TEST_F(Evaluate, TakesSeveralDatabasesEachWithItsTruth) {
    city_.run("cp traces.db other.db; head -n 101 truth.csv > part.csv");
    const Ran ran = evaluated("--truth truth.csv --db other.db --truth part.csv --json");
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["truths"], 500);
    EXPECT_EQ(json["sets"][1]["set"], "other.db");
    EXPECT_EQ(json["sets"][1]["truths"], 100);
    const Ran odd = evaluated("--truth truth.csv --db other.db");
    EXPECT_EQ(odd.exit_code, 2);
    EXPECT_TRUE(odd.one_line_only()) << odd.err;
}

TEST_F(Evaluate, ComparesTwoDatabasesOfOneFeed) {
    city_.run("simtrail replay --cells towers.csv --feed feed.ndjson --track tracked.txt --db same.db");
    const std::string with = "--truth truth.csv --against same.db ";
    const Ran ran = evaluated(with + "--report compared.html --json");
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["median"], json["against"]["second"]["median"]);
    EXPECT_EQ(json["against"]["signTest"]["p"], 1.0);
    EXPECT_NE(city_.run("cat compared.html").out.find("Against the second"), std::string::npos);
    EXPECT_EQ(city_.run("python3 -c 'import xml.dom.minidom as d; d.parse(\"compared.html\")'").exit_code, 0);
    EXPECT_NE(evaluated(with).out.find("may be chance"), std::string::npos);
    const Ran odd = evaluated(with + "--against same.db");
    EXPECT_EQ(odd.exit_code, 2);
    EXPECT_TRUE(odd.one_line_only()) << odd.err;
}

TEST_F(Evaluate, DrawsSitesOfCellFilesOntoTheReport) {
    const Ran plain = evaluated("--truth truth.csv --report plain.html");
    const Ran sites = evaluated("--truth truth.csv --report sites.html --cells towers.csv");
    EXPECT_EQ(plain.exit_code + sites.exit_code, 0);
    EXPECT_EQ(plain.out, sites.out);
    EXPECT_EQ(city_.run("grep -c 'class=.site.><i>' plain.html").exit_code, 1);
    EXPECT_EQ(city_.run("grep -c 'class=.site.><i>' sites.html").exit_code, 0);
    const Ran nowhere = evaluated("--truth truth.csv --cells towers.csv");
    EXPECT_EQ(nowhere.exit_code, 2);
    EXPECT_TRUE(nowhere.one_line_only()) << nowhere.err;
    EXPECT_EQ(evaluated("--truth truth.csv --report sites.html --cells nope.csv").exit_code, 1);
}

TEST_F(Evaluate, ReadsTruthAsGzipAndRefusesItCutShort) {
    city_.run("gzip -k truth.csv; head -c 2000 truth.csv.gz > cut.csv.gz");
    EXPECT_EQ(evaluated("--truth truth.csv.gz").out, evaluated("--truth truth.csv").out);
    const Ran cut = evaluated("--truth cut.csv.gz --report report.html");
    EXPECT_EQ(cut.exit_code, 1);
    EXPECT_EQ(cut.out, "");
    EXPECT_EQ(cut.err, "simtrail: cut.csv.gz: ends within a gzip member, at byte 2000\n");
    EXPECT_NE(city_.run("test -e report.html").exit_code, 0);
}

TEST_F(Evaluate, NamesTheLineOfABadTruth) {
    city_.write("bad.csv", "msisdn,ts,lat,lon\n919900000005,1,91,3\n");
    const Ran ran = evaluated("--truth bad.csv");
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_EQ(ran.err, "simtrail: bad.csv:2: lat or lon is not on Earth\n");
}

TEST_F(Evaluate, TellsFilesThatAreMissingOrOfTheWrongKind) {
    city_.run("cp traces.db future.db; sqlite3 future.db 'pragma user_version = 99'");
    for (const std::string files : {"--db traces.db --truth nope.csv", "--db nope.db --truth truth.csv",
                                    "--db truth.csv --truth truth.csv", "--db future.db --truth truth.csv"}) {
        const Ran ran = city_.run("simtrail evaluate " + files);
        EXPECT_EQ(ran.exit_code, 1) << files;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
    }
    for (const std::string usage : {"", "--truth truth.csv --frob"}) {
        const Ran ran = evaluated(usage);
        EXPECT_EQ(ran.exit_code, 2) << usage;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
    }
}

TEST_F(Evaluate, FailsWhereTheOutputDoes) {
    for (const std::string output :
         {"> /dev/full", "--json > /dev/full", "--report /dev/full", "--report no/such.html"}) {
        const Ran ran = evaluated("--truth truth.csv " + output);
        EXPECT_EQ(ran.exit_code, 1) << output;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
        EXPECT_NE(ran.err.find("cannot write"), std::string::npos) << ran.err;
    }
}

TEST_F(Evaluate, HelpNamesEveryOption) {
    const Ran help = city_.run("simtrail evaluate --help");
    EXPECT_EQ(help.exit_code, 0);
    for (const char* option : {"--db", "--truth", "--against", "--report", "--cells", "--json"})
        EXPECT_NE(help.out.find(option), std::string::npos) << option;
}

}  // namespace
}  // namespace simtrail
