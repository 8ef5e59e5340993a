#include "adapters/feed/feed_reader.hpp"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace simtrail::feed {
namespace {

std::string line(std::int64_t seconds, const std::string& msisdn) {
    return R"({"ts":)" + std::to_string(1'700'000'000'000 + seconds * 1000) + R"(,"msisdn":")" + msisdn +
           R"(","radio":"lte","mcc":1,"mnc":1,"cell":5})" + "\n";
}

class FeedReaderTest : public ::testing::Test {
   protected:
    FeedReader reader(const std::vector<std::string>& paths,
                      FeedReader::Options options = {.mode = LaboratoryMode::everyone}) {
        std::vector<std::unique_ptr<RecordedFeed>> feeds;
        for (const auto& path : paths)
            feeds.push_back(*RecordedFeed::open(path, {}, static_cast<std::uint32_t>(feeds.size()) + 1));
        return {std::move(feeds), gate_, options};
    }
    static Block block(std::size_t shards = 1) { return Block{.parts = std::vector<Block::Part>(shards)}; }
    static std::vector<std::string> texts(const Block& block) {
        std::vector<std::string> texts;
        for (const GatedLine& l : block.parts[0].lines) texts.push_back(std::string(block.text(l)) + "\n");
        return texts;
    }

    testing::TemporaryFolder folder_;
    Gate gate_;
};

TEST_F(FeedReaderTest, MergesFeedsByTime) {
    const auto a = folder_.write("a", line(0, "1") + line(20, "1") + line(40, "1"));
    const auto b = folder_.write("b", line(10, "2") + line(30, "2"));
    auto merged = reader({a, b});
    auto out = block();
    std::vector<std::string> all;
    while (merged.fill(out)) {
        for (auto& text : texts(out)) all.push_back(text);
        out.clear();
    }
    EXPECT_EQ(all, (std::vector{line(0, "1"), line(10, "2"), line(20, "1"), line(30, "2"), line(40, "1")}));
}

TEST_F(FeedReaderTest, MergesUnusualLinesByTimeAndIsNotHeldUpByBadOnes) {
    const std::string unusual =
        R"({"neighbours":[{"pci":1,"signal":-90}],"ts":1700000020000,"msisdn":"1","radio":"lte","mcc":1,"mnc":1,"cell":5})"
        "\n";
    const std::string bad = R"({"ts":999999999999999999,"msisdn":"1","radio":"lte","mcc":1,"mnc":1,"cell":5})"
                            "\n";
    const auto a = folder_.write("a", line(0, "1") + bad + unusual + line(40, "1"));
    const auto b = folder_.write("b", line(10, "2") + line(30, "2"));
    auto merged = reader({a, b});
    auto out = block();
    std::vector<std::string> all;
    while (merged.fill(out)) {
        for (auto& text : texts(out)) all.push_back(text);
        out.clear();
    }
    EXPECT_EQ(all, (std::vector{line(0, "1"), bad, line(10, "2"), unusual, line(30, "2"), line(40, "1")}));
}

TEST_F(FeedReaderTest, LetsOnlyTrackedSubscribersThrough) {
    gate_.put(*Msisdn::parse("2"), 0);
    auto gated = reader({folder_.write("a", line(0, "1") + line(1, "2") + "\n" + line(2, "3") + "{\"msisdn\":5}\n")},
                        {.first_new_track = 7});
    auto out = block();
    ASSERT_TRUE(gated.fill(out));
    EXPECT_EQ(texts(out), std::vector{line(1, "2")});
    EXPECT_EQ(out.parts[0].lines[0].track, 7U);
    EXPECT_EQ(out.parts[0].lines[0].number, 2U);
    EXPECT_EQ(out.tally.outcomes[Outcome::untracked], 2U);
    EXPECT_EQ(out.tally.outcomes[Outcome::blank], 1U);
    ASSERT_EQ(out.tally.rejections.size(), 1U);
    EXPECT_EQ(out.tally.rejections[0].line, 5U);
    EXPECT_EQ(out.lines, 5U);
    ASSERT_EQ(out.positions.size(), 1U);
    EXPECT_EQ(out.positions[0].lines, 5U);
    out.clear();
    EXPECT_FALSE(gated.fill(out));
}

TEST_F(FeedReaderTest, GivesEachSubscriberOneShard) {
    std::string content;
    for (int i = 0; i < 300; ++i) content += line(i, std::to_string(1 + i % 10));
    auto sharded = reader({folder_.write("a", content)}, {.mode = LaboratoryMode::everyone, .shards = 3});
    auto out = block(3);
    ASSERT_TRUE(sharded.fill(out));
    for (std::size_t shard = 0; shard < 3; ++shard) {
        EXPECT_FALSE(out.parts[shard].lines.empty());
        for (const GatedLine& l : out.parts[shard].lines) EXPECT_EQ(l.track % 3, shard);
    }
}

}  // namespace
}  // namespace simtrail::feed
