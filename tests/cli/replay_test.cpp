// `simtrail replay` from outside: exit codes and what it says.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/city.hpp"
#include "tests/support/places.hpp"

namespace simtrail {
namespace {

using testing::Ran;

class ReplayCommand : public ::testing::Test {
   protected:
    Ran replayed(const std::string& feed, const std::string& database, const std::string& rest = "") const {
        return city_.run("simtrail replay --cells towers.csv --track tracked.txt --feed " + feed + " --db " + database +
                         " " + rest);
    }

    testing::City city_;
};

TEST_F(ReplayCommand, TakesPlainGzipAndStandardInputAlike) {
    city_.run("gzip -k feed.ndjson");
    EXPECT_EQ(replayed("feed.ndjson", "plain.db").exit_code, 0);
    EXPECT_EQ(replayed("feed.ndjson.gz", "gzip.db").exit_code, 0);
    EXPECT_EQ(replayed("-", "input.db", "< feed.ndjson").exit_code, 0);
    EXPECT_EQ(
        city_.run("cat feed.ndjson.gz | simtrail replay --cells towers.csv --track tracked.txt --feed - --db pipe.db")
            .exit_code,
        0);
    const std::string traces = city_.traces("plain.db");
    EXPECT_GT(traces.size(), 10'000U);
    for (const char* database : {"gzip.db", "input.db", "pipe.db"})
        EXPECT_EQ(city_.traces(database), traces) << database;
}

TEST_F(ReplayCommand, KeepsWhatCameBeforeAGzipWasCutShortAndTellsIt) {
    city_.run("gzip -k feed.ndjson; head -c 9000 feed.ndjson.gz > cut.ndjson.gz");
    const Ran ran = replayed("cut.ndjson.gz", "cut.db");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(ran.err.find("cut.ndjson.gz: ends within a gzip member, at byte 9000"), std::string::npos) << ran.err;
    replayed("feed.ndjson", "whole.db");
    const std::string cut = city_.traces("cut.db");
    EXPECT_GT(cut.size(), 5'000U);
    EXPECT_LT(cut.size(), city_.traces("whole.db").size());
}

TEST_F(ReplayCommand, LocatesWithFewCandidatesWhereItIsTold) {
    EXPECT_EQ(replayed("feed.ndjson", "all.db").exit_code, 0);
    EXPECT_EQ(replayed("feed.ndjson", "full.db", "--candidates full").exit_code, 0);
    EXPECT_EQ(replayed("feed.ndjson", "few.db", "--candidates few").exit_code, 0);
    EXPECT_EQ(replayed("feed.ndjson", "shards.db", "--candidates few --shards 3").exit_code, 0);
    EXPECT_EQ(city_.traces("full.db"), city_.traces("all.db"));
    EXPECT_NE(city_.traces("few.db"), city_.traces("all.db"));
    EXPECT_EQ(city_.traces("shards.db"), city_.traces("few.db"));
    const auto smoothed = [&](const char* database) {
        return city_
            .run("simtrail export --smoothed --cells towers.csv --all --format csv --db " + std::string(database))
            .out;
    };
    EXPECT_EQ(smoothed("few.db"), smoothed("all.db")) << "hindsight has all candidates";
}

TEST_F(ReplayCommand, ShowsNoProgressOnAPipe) {
    const Ran table = replayed("feed.ndjson", "a.db");
    EXPECT_EQ(table.exit_code, 0);
    EXPECT_EQ(table.err, "");
    EXPECT_EQ(table.out.find('\r'), std::string::npos);
    EXPECT_EQ(table.out.find('\x1b'), std::string::npos);
    EXPECT_NE(table.out.find("became points"), std::string::npos);
}

TEST_F(ReplayCommand, JsonIsOneObjectAndLogsGoElsewhere) {
    city_.run("echo nonsense >> feed.ndjson");
    const Ran ran = replayed("feed.ndjson", "a.db", "--json");
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(ran.err.find("feed.ndjson:1001: "), std::string::npos) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["lines"], 1001);
    std::uint64_t sum = 0;
    for (const auto& [outcome, count] : json["outcomes"].items()) sum += count.get<std::uint64_t>();
    EXPECT_EQ(sum, 1001U);
}

TEST_F(ReplayCommand, NeverTellsANumberOrABadLinesBytes) {
    city_.run(
        R"(sed -i '5s/.*/{"ts":"919900000005"/; 9s/919900000005/91990000x005/; 12s/$/919900000005/' feed.ndjson)");
    city_.run(R"(sed -i '20s/"ts"/"tz"/; 30s/"radio":"[a-z]*"/"radio":"919900000005"/' feed.ndjson)");
    const Ran ran = replayed("feed.ndjson", "a.db");
    EXPECT_EQ(ran.exit_code, 0);
    const std::string told = ran.out + ran.err;
    EXPECT_NE(told.find("feed.ndjson:5: "), std::string::npos) << told;
    EXPECT_EQ(told.find("9199"), std::string::npos) << told;
    city_.write("bad.txt", "919900000005\n9199000000051234567\n");
    const Ran bad = city_.run("simtrail replay --track bad.txt --feed feed.ndjson --db b.db");
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_EQ(bad.err, "simtrail: bad.txt:2: not an MSISDN of 1 to 15 digits\n");
}

TEST_F(ReplayCommand, FailsInOneLineWhereAFileCannotBeUsed) {
    ASSERT_EQ(city_.replay(), 0);
    city_.run("mv traces.db future.db; sqlite3 future.db 'pragma user_version = 99'");
    for (const auto& [files, told] :
         {std::pair<std::string, std::string>{"--feed nope.ndjson --db a.db", "nope.ndjson: No such file"},
          {"--feed feed.ndjson --db no/such.db", "no/such.db: "},
          {"--feed feed.ndjson --db towers.csv", "not a simtrail database"},
          {"--feed feed.ndjson --db future.db", "newer simtrail"},
          {"--feed feed.ndjson --db a.db --cells nope.csv", "nope.csv: "}}) {
        const Ran ran = city_.run("simtrail replay --track tracked.txt " + files);
        EXPECT_EQ(ran.exit_code, 1) << files;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
        EXPECT_NE(ran.err.find(told), std::string::npos) << ran.err;
    }
    EXPECT_EQ(city_.run("cmp towers.csv " + simtrail::places::source_dir() + "/data/clean-small/towers.csv").exit_code,
              0);
}

TEST_F(ReplayCommand, LeavesNoDatabaseWhereAFeedIsMissing) {
    EXPECT_EQ(city_.run("simtrail replay --track-all --feed nope.ndjson --db a.db").exit_code, 1);
    EXPECT_NE(city_.run("test -e a.db").exit_code, 0);
}

TEST_F(ReplayCommand, FailsWhereItsReportCannotBeWritten) {
    for (const std::string json : {"", " --json"})
        EXPECT_EQ(
            city_.run("simtrail replay --track-all --feed feed.ndjson --db a.db" + json + " > /dev/full").exit_code, 1);
}

TEST_F(ReplayCommand, QuotesNoNumberOfAWrongCommandLine) {
    const Ran ran = city_.run("simtrail replay --feed feed.ndjson --db a.db 919876543210");
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_NE(ran.err.find("91******3210"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.err.find("919876543210"), std::string::npos);
}

TEST_F(ReplayCommand, RefusesAWrongCommandLineInOneLine) {
    for (const std::string wrong :
         {"", "--feed feed.ndjson", "--db a.db", "--feed feed.ndjson --db a.db --speed fast",
          "--feed feed.ndjson --db a.db --shards 0", "--feed feed.ndjson --db a.db --candidates auto",
          "--feed feed.ndjson --db a.db --frob", "--feed feed.ndjson --db a.db --track tracked.txt --track-all"}) {
        const Ran ran = city_.run("simtrail replay " + wrong);
        EXPECT_EQ(ran.exit_code, 2) << wrong;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
    }
    EXPECT_NE(city_.run("test -e a.db").exit_code, 0);
}

TEST_F(ReplayCommand, TakesHoldAndCandidatesFromTheConfigurationInLaboratoryModesToo) {
    const std::string command = "simtrail replay --cells towers.csv --track-all --feed feed.ndjson ";
    city_.write("few.toml", "[positioning]\ncandidates = \"few\"\n");
    city_.write("wrong.toml", "[positioning]\ncandidate = \"few\"\n");
    for (const std::string rest : {"--db few.db --candidates few", "--db configured.db --config few.toml",
                                   "--db full.db --config few.toml --candidates full"})
        ASSERT_EQ(city_.run(command + rest).exit_code, 0) << rest;
    EXPECT_EQ(city_.traces("configured.db"), city_.traces("few.db"));
    EXPECT_NE(city_.traces("full.db"), city_.traces("few.db"));
    const Ran wrong = city_.run(command + "--db wrong.db --config wrong.toml");
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_TRUE(wrong.one_line_only()) << wrong.err;
}

TEST_F(ReplayCommand, HelpNamesEveryOption) {
    const Ran help = city_.run("simtrail replay --help");
    EXPECT_EQ(help.exit_code, 0);
    for (const char* option :
         {"--cells", "--feed", "--db", "--track-all", "--track", "--candidates", "--speed", "--seed", "--json"})
        EXPECT_NE(help.out.find(option), std::string::npos) << option;
}

TEST(Simtrail, HelpNamesEveryCommandAndNoCommandIsAnError) {
    const testing::Workplace place;
    const Ran help = place.run("simtrail --help");
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.err, "");
    for (const char* command : {"replay", "cells", "evaluate", "export"})
        EXPECT_NE(help.out.find("\n  " + std::string(command) + " "), std::string::npos) << command;
    for (const std::string wrong : {"", "frob", "--frob"}) {
        const Ran ran = place.run("simtrail " + wrong);
        EXPECT_EQ(ran.exit_code, 2) << wrong;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
    }
}

}  // namespace
}  // namespace simtrail
