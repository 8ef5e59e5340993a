#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/support/made_feed.hpp"
#include "tests/support/made_replay.hpp"
#include "tests/support/places.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail {
namespace {

/// The ```sql blocks of a Markdown file.
std::vector<std::string> queries_of(const std::string& path) {
    std::vector<std::string> queries;
    std::ifstream file(path);
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line == "```sql") {
            inside = true;
            queries.emplace_back();
        } else if (line == "```") {
            inside = false;
        } else if (inside) {
            queries.back() += line + '\n';
        }
    }
    return queries;
}

std::string output_of(const std::string& command, int& status) {
    std::string output;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
        output.append(buffer.data(), size);
    status = ::pclose(pipe);
    return output;
}

TEST(StorageDocument, HasQueriesThatSqlite3RunsAsTheyStand) {
    const testing::TemporaryFolder folder;
    const testing::MadeFeed made(13, 20, 100);
    const testing::Replay replay{.feed = folder.write("day.ndjson", made.lines),
                                 .database = folder.file("traces.db"),
                                 .cells = &made.cells.table()};
    const auto result = replay.run();
    const auto queries = queries_of(simtrail::places::source_dir() + "/docs/storage.md");
    ASSERT_GE(queries.size(), 5U);
    std::vector<std::string> answers;
    for (const std::string& query : queries) {
        int status = 0;
        answers.push_back(
            output_of("sqlite3 -bail " + replay.database + " < " + folder.write("query.sql", query) + " 2>&1", status));
        EXPECT_EQ(status, 0) << query << answers.back();
        EXPECT_FALSE(answers.back().empty()) << query;
    }
    EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(answers[1], '\n')), result.totals.points)
        << "a row a point";
}

}  // namespace
}  // namespace simtrail
