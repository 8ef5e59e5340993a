// `simtrail export` from outside: exit codes and what it says.

#include <gtest/gtest.h>

#include "tests/support/city.hpp"

namespace simtrail {
namespace {

using testing::Ran;

class Export : public ::testing::Test {
   protected:
    void SetUp() override { ASSERT_EQ(city_.replay(), 0); }
    Ran exported(const std::string& rest, const std::string& before = "") const {
        return city_.run(before + "simtrail export --db traces.db " + rest);
    }

    testing::City city_;
};

/// One column of the first trace point in `csv`.
std::string field(const std::string& csv, int column) {
    std::size_t begin = csv.find('\n') + 1;
    for (; column > 0; --column) begin = csv.find(',', begin) + 1;
    return csv.substr(begin, csv.find(',', begin) - begin);
}

TEST_F(Export, SelectsByNumberOrTrackWhatAllHolds) {
    const std::string all = city_.traces("traces.db");
    const Ran by_number = exported("--format csv --msisdn " + field(all, 0));
    const Ran by_track = exported("--format csv --track " + field(all, 1));
    EXPECT_EQ(by_number.exit_code, 0);
    EXPECT_EQ(by_number.err, "");
    EXPECT_EQ(by_number.out, by_track.out);
    EXPECT_GT(by_number.out.size(), 1000U);
    EXPECT_TRUE(all.starts_with(by_number.out));
    EXPECT_LT(by_number.out.size(), all.size());
}

TEST_F(Export, WantsExactlyOneSelector) {
    for (const std::string selectors : {"", "--all --track x", "--all --msisdn 7", "--track x --msisdn 7"}) {
        const Ran ran = exported(selectors);
        EXPECT_EQ(ran.exit_code, 2) << selectors;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
        EXPECT_NE(ran.err.find("one of --track, --msisdn and --all"), std::string::npos) << ran.err;
    }
}

TEST_F(Export, RefusesWhatItDoesNotKnowInOneLine) {
    for (const std::string wrong : {"--all --format kml", "--msisdn +7", "--all --colour red"}) {
        const Ran ran = exported(wrong);
        EXPECT_EQ(ran.exit_code, 2) << wrong;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
    }
    const Ran no_database = city_.run("simtrail export --all");
    EXPECT_EQ(no_database.exit_code, 2);
    EXPECT_EQ(no_database.err, "simtrail: --db is required\n");
}

TEST_F(Export, OfNoSuchTrackFailsAndMasksNumbers) {
    const Ran unknown = exported("--track lorry");
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_EQ(unknown.err, "simtrail: export: no track \"lorry\"\n");
    for (const std::string selector : {"--msisdn", "--track"}) {
        const Ran ran = exported(selector + " 919876543210");
        EXPECT_EQ(ran.exit_code, 1);
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
        EXPECT_NE(ran.err.find("91******3210"), std::string::npos) << ran.err;
        EXPECT_EQ(ran.err.find("919876543210"), std::string::npos) << ran.err;
    }
}

TEST_F(Export, FailsWhereTheOutputDoes) {
    for (const std::string format : {"geojson", "line", "gpx", "csv"}) {
        const Ran full = exported("--all --format " + format + " > /dev/full");
        EXPECT_EQ(full.exit_code, 1);
        EXPECT_EQ(full.err, "simtrail: cannot write the export: No space left on device\n");
    }
    const Ran closed = exported("--all >&3", "exec 3> >(true); wait $!; ");
    EXPECT_EQ(closed.exit_code, 1);
    EXPECT_EQ(closed.err, "simtrail: cannot write the export: Broken pipe\n");
}

TEST_F(Export, TellsADatabaseThatIsMissingOrNoneOrOfTheFuture) {
    city_.run("sqlite3 traces.db 'pragma user_version = 99'");
    for (const auto& [database, told] : {std::pair<std::string, std::string>{"nope.db", "unable to open"},
                                         {"towers.csv", "not a simtrail database"},
                                         {"traces.db", "newer simtrail"}}) {
        const Ran ran = city_.run("simtrail export --all --db " + database);
        EXPECT_EQ(ran.exit_code, 1) << database;
        EXPECT_TRUE(ran.one_line_only()) << ran.err;
        EXPECT_TRUE(ran.err.starts_with("simtrail: " + database + ": ")) << ran.err;
        EXPECT_NE(ran.err.find(told), std::string::npos) << ran.err;
    }
    EXPECT_EQ(city_.run("test -e nope.db").exit_code, 1);
}

TEST_F(Export, HelpNamesEveryOption) {
    const Ran help = city_.run("simtrail export --help");
    EXPECT_EQ(help.exit_code, 0);
    for (const char* option :
         {"--db", "--track", "--msisdn", "--all", "--format", "geojson", "line", "gpx", "csv", "--smoothed"})
        EXPECT_NE(help.out.find(option), std::string::npos) << option;
}

}  // namespace
}  // namespace simtrail
