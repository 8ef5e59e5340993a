// `simtrail export --smoothed` from outside.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/city.hpp"

namespace simtrail {
namespace {

using testing::Ran;

class ExportSmoothed : public ::testing::Test {
   protected:
    void SetUp() override { ASSERT_EQ(city_.replay(), 0); }
    Ran smoothed(const std::string& rest = "") const {
        return city_.run("simtrail export --db traces.db --all --format csv --smoothed " + rest);
    }

    testing::City city_;
};

/// Of each line the first columns: deviceId, trackId, seq, tis.
std::string without_estimates(const std::string& csv) {
    std::string kept;
    for (std::size_t at = 0; at < csv.size();) {
        const std::size_t end = csv.find('\n', at);
        std::size_t comma = at;
        for (int i = 0; i < 4; ++i) comma = csv.find(',', comma) + 1;
        kept += csv.substr(at, comma - at) + '\n';
        at = end + 1;
    }
    return kept;
}

TEST_F(ExportSmoothed, TellsTheSamePointsWithTheCellsOfTheReplay) {
    const std::string live = city_.traces("traces.db");
    const Ran ran = smoothed();
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(without_estimates(ran.out), without_estimates(live));
    EXPECT_NE(ran.out, live);
    EXPECT_EQ(smoothed("--cells towers.csv").out, ran.out);
    EXPECT_EQ(city_.traces("traces.db"), live) << "what was published never changes";
}

TEST_F(ExportSmoothed, FindsTheCellsFromAnotherFolder) {
    const Ran ran = city_.run("cd / && simtrail export --all --smoothed --format csv --db $OLDPWD/traces.db");
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out, smoothed().out);
}

TEST_F(ExportSmoothed, TellsWhichEvidenceIsDamagedAndItsPointsAsPublished) {
    const std::string whole = smoothed().out, live = city_.traces("traces.db");
    city_.run("sqlite3 traces.db \"UPDATE segment SET evidence = x'ffff' WHERE segment = 1\"");
    const Ran ran = smoothed();
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    EXPECT_NE(ran.err.find("mts:track:"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find(" 1-"), std::string::npos) << ran.err;
    EXPECT_EQ(without_estimates(ran.out), without_estimates(live));
    EXPECT_NE(ran.out, whole);
    EXPECT_NE(ran.out, live);
}

TEST_F(ExportSmoothed, SaysWhatToDoWhereTheCellsAreGoneOrChanged) {
    const std::string before = smoothed().out;
    city_.run("cp towers.csv kept.csv; echo >> towers.csv");
    const Ran changed = smoothed();
    EXPECT_EQ(changed.exit_code, 1);
    EXPECT_TRUE(changed.one_line_only()) << changed.err;
    EXPECT_NE(changed.err.find("towers.csv"), std::string::npos) << changed.err;
    EXPECT_NE(changed.err.find("--cells"), std::string::npos) << changed.err;
    city_.run("rm towers.csv");
    const Ran gone = smoothed();
    EXPECT_EQ(gone.exit_code, 1);
    EXPECT_TRUE(gone.one_line_only()) << gone.err;
    EXPECT_NE(gone.err.find("--cells"), std::string::npos) << gone.err;
    EXPECT_EQ(smoothed("--cells kept.csv").out, before);
}

TEST_F(ExportSmoothed, OfADatabaseThatKnowsNoCellsWantsThem) {
    city_.run("sqlite3 traces.db 'DELETE FROM cell_file'");
    const Ran ran = smoothed();
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_NE(ran.err.find("--cells"), std::string::npos) << ran.err;
    EXPECT_EQ(smoothed("--cells towers.csv").exit_code, 0);
}

TEST_F(ExportSmoothed, AloneTakesCells) {
    const Ran ran = city_.run("simtrail export --db traces.db --all --cells towers.csv");
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_TRUE(ran.one_line_only()) << ran.err;
}

}  // namespace
}  // namespace simtrail
