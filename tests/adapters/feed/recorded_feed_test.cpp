#include "adapters/feed/recorded_feed.hpp"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace simtrail::feed {
namespace {

using Texts = std::vector<std::string>;

class RecordedFeedTest : public ::testing::Test {
   protected:
    std::unique_ptr<RecordedFeed> open(const std::string& path, const std::vector<FeedPosition>& known = {}) {
        auto feed = RecordedFeed::open(path, known, 9);
        EXPECT_TRUE(feed) << feed.error();
        return std::move(*feed);
    }
    static Texts rest(RecordedFeed& feed, std::size_t at_most = SIZE_MAX) {
        Texts texts;
        while (texts.size() < at_most) {
            const auto line = feed.peek(true);
            if (!line) break;
            texts.push_back(line->oversized ? "oversized" : std::string(line->text));
            feed.pop();
        }
        return texts;
    }

    testing::TemporaryFolder folder_;
};

TEST_F(RecordedFeedTest, FramesLines) {
    const auto feed = open(folder_.write("f", "{one}\n\n{two}\r\n{three}"));
    EXPECT_EQ(rest(*feed), (Texts{"{one}", "", "{two}\r", "{three}"}));
    ASSERT_EQ(feed->remarks().size(), 1U) << "told that the last line has no line end";
    EXPECT_EQ(feed->position().lines, 4U);
}

TEST_F(RecordedFeedTest, DropsOversizedLinesWhateverTheirLength) {
    for (const std::size_t size : {max_line_bytes + 2, std::size_t{100'000}, std::size_t{1'000'000}}) {
        const auto feed =
            open(folder_.write("f", "{a}\n" + std::string(size, 'x') + "\n{b}\n" + std::string(size, 'y')));
        EXPECT_EQ(rest(*feed), (Texts{"{a}", "oversized", "{b}", "oversized"})) << size;
    }
    const auto feed = open(folder_.write("f", std::string(max_line_bytes, 'x') + "\n"));
    EXPECT_EQ(rest(*feed), Texts{std::string(max_line_bytes, 'x')});
}

TEST_F(RecordedFeedTest, GoesOnWhereItWasWhateverItsName) {
    std::string content;
    for (int i = 0; i < 50'000; ++i) content += "{line " + std::to_string(i) + "}\n";
    const auto whole = [&] {
        const auto feed = open(folder_.write("a", content));
        return rest(*feed);
    }();
    for (const std::size_t taken : {1UL, 100UL, 30'000UL, 50'000UL}) {
        const auto first = open(folder_.file("a"));
        rest(*first, taken);
        const auto second = open(folder_.write("b", content), {first->position()});
        EXPECT_EQ(second->lines_taken_before(), taken);
        EXPECT_EQ(second->position().id, first->position().id);
        EXPECT_EQ(rest(*second), Texts(whole.begin() + static_cast<std::ptrdiff_t>(taken), whole.end()));
    }
}

TEST_F(RecordedFeedTest, GoesOnBeforeAnOversizedLineThatWasBeingSkipped) {
    const std::string content = "{1}\n" + std::string(1'000'000, 'x') + "{\"hostile\"}\n{2}\n";
    const auto first = open(folder_.write("a", content));
    EXPECT_EQ(rest(*first, 1), Texts{"{1}"});
    first->peek(false);
    first->peek(true);
    const auto second = open(folder_.file("a"), {first->position()});
    EXPECT_EQ(rest(*second), (Texts{"oversized", "{2}"}));
}

TEST_F(RecordedFeedTest, TakesALineCutOffInFrontForALine) {
    const auto feed = open(folder_.write("a", "25645,\"msisdn\":\"91\"}\n{2}\n"));
    EXPECT_EQ(rest(*feed).size(), 2U);
    EXPECT_NO_THROW(feed->make_decoder({}));
}

TEST_F(RecordedFeedTest, TakesAFileThatGrewFromWhereItEnded) {
    const auto first = open(folder_.write("a", "{1}\n{2}\n"));
    rest(*first);
    const auto second = open(folder_.write("a", "{1}\n{2}\n{3}\n"), {first->position()});
    EXPECT_EQ(rest(*second), Texts{"{3}"});
}

TEST_F(RecordedFeedTest, TakesAnotherFileFromItsBeginning) {
    std::string head(6000, ' ');
    for (std::size_t i = 99; i < head.size(); i += 100) head[i] = '\n';
    const auto first = open(folder_.write("a", head + "{1}\n{2}\n"));
    rest(*first);
    const auto other = open(folder_.write("b", head + "{1}\n{X}\n"), {first->position()});
    EXPECT_EQ(other->lines_taken_before(), 0U) << "the same beginning, but not the same";
    EXPECT_EQ(other->position().id, 9U);
    EXPECT_EQ(rest(*other).size(), 62U);
}

TEST_F(RecordedFeedTest, KnowsACsvHeaderFromALine) {
    const std::string header = "ts,msisdn,radio,mcc,mnc,area,cell\n";
    const auto feed = open(folder_.write("f.csv", header + "1,2,gsm,1,1,1,1\n3,4,gsm,1,1,1,1\n"));
    EXPECT_EQ(feed->peek(true)->number, 2U) << "the file's second line";
    EXPECT_EQ(rest(*feed, 1), Texts{"1,2,gsm,1,1,1,1"});
    const auto again = open(folder_.file("f.csv"), {feed->position()});
    EXPECT_EQ(rest(*again), Texts{"3,4,gsm,1,1,1,1"});
}

TEST_F(RecordedFeedTest, SaysWhatCannotBeOpened) {
    const auto feed = RecordedFeed::open(folder_.file("missing"), {}, 1);
    ASSERT_FALSE(feed);
    EXPECT_NE(feed.error().find("missing"), std::string::npos);
}

}  // namespace
}  // namespace simtrail::feed
