#include "adapters/feed_server/watched_directory.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <thread>

#include "tests/support/made_intake.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::feed_server {
namespace {

using namespace std::chrono_literals;
using testing::MadeIntake;
namespace fs = std::filesystem;

class WatchedFiles : public ::testing::Test {
   protected:
    WatchedFiles() { fs::create_directory(inbox_); }

    std::unique_ptr<WatchedDirectory> watch(MadeIntake& made, const std::vector<FeedPosition>& known = {}) {
        return watch_directory(
            made.intake(), {.path = inbox_, .done = done_, .known = known, .look_every = 5ms, .try_again_after = 5ms});
    }
    /// As it should be done: written elsewhere, then moved in.
    void move_in(const std::string& name, const std::string& content) const {
        fs::rename(folder_.write("being written", content), inbox_ + "/" + name);
    }
    static std::vector<std::string> lines(int first, int last) {
        std::vector<std::string> texts;
        for (int i = first; i <= last; ++i) texts.push_back(MadeIntake::line(i));
        return texts;
    }
    static std::string zipped(const std::string& text) {
        std::string out(compressBound(text.size()) + 32, '\0');
        z_stream stream{};
        deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): zlib does not write there
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        stream.avail_in = static_cast<uInt>(text.size());
        stream.next_out = reinterpret_cast<Bytef*>(out.data());
        stream.avail_out = static_cast<uInt>(out.size());
        deflate(&stream, Z_FINISH);
        out.resize(stream.total_out);
        deflateEnd(&stream);
        return out;
    }

    testing::TemporaryFolder folder_;
    const std::string inbox_ = folder_.file("inbox");
    std::string done_;
    MadeIntake made_;
};

TEST_F(WatchedFiles, AreReadInTheOrderOfTheirNames) {
    move_in("b.ndjson.gz", zipped(MadeIntake::made_lines(3, 4)));
    move_in("a.ndjson", MadeIntake::made_lines(1, 2));
    move_in("c.csv", "ts,msisdn,radio,mcc,mnc,area,cell\n1699873625645,91,lte,1,1,1,1\n");
    move_in(".hidden.ndjson", "bad\n");
    move_in("d.ndjson.part", "bad\n");
    move_in("e.tmp", "bad\n");
    const auto watched = watch(made_);
    made_.commit_lines(5);
    auto expected = lines(1, 4);
    expected.emplace_back("1699873625645,91,lte,1,1,1,1");
    EXPECT_EQ(made_.texts, expected);
    move_in("a2.ndjson", MadeIntake::made_lines(6, 6));
    made_.commit_lines(6);
    EXPECT_EQ(made_.texts.back(), MadeIntake::line(6)) << "one that comes later is read, too";
    EXPECT_EQ(made_.outcomes[feed::Outcome::not_json], 0U);
    EXPECT_TRUE(fs::exists(inbox_ + "/a.ndjson")) << "they stay";
}

TEST_F(WatchedFiles, AreReadOnceWhateverTheirNamesAndHoweverOftenTheDaemonStarts) {
    move_in("a.ndjson", MadeIntake::made_lines(1, 3));
    {
        const auto watched = watch(made_);
        made_.commit_lines(3);
    }
    fs::rename(inbox_ + "/a.ndjson", inbox_ + "/z.ndjson");
    MadeIntake next;
    const auto watched = watch(next, made_.positions);
    move_in("zz.ndjson", MadeIntake::made_lines(4, 4));
    next.commit_lines(1);
    EXPECT_EQ(next.texts, lines(4, 4));
}

TEST_F(WatchedFiles, GoOnWhereTheStoreIsAfterAKill) {
    constexpr int count = 30'000;
    move_in("a.ndjson", MadeIntake::made_lines(1, count));
    {
        const auto watched = watch(made_);
        for (int i = 0; i < 5; ++i) made_.commit_block();
    }  // what else was taken is lost
    ASSERT_LT(made_.lines, static_cast<std::uint64_t>(count));
    EXPECT_EQ(made_.positions.back().lines, made_.lines) << "lines and position are in one block";
    MadeIntake next;
    const auto watched = watch(next, {made_.positions.back()});
    next.commit_lines(count - made_.lines);
    EXPECT_EQ(next.texts.front(), MadeIntake::line(static_cast<int>(made_.lines) + 1));
    EXPECT_EQ(next.texts.back(), MadeIntake::line(count));
}

TEST_F(WatchedFiles, WaitForRoom) {
    MadeIntake small(1);
    move_in("a.ndjson", MadeIntake::made_lines(1, 20'000));
    const auto watched = watch(small);
    small.commit_lines(20'000);
    EXPECT_EQ(small.texts, lines(1, 20'000));
}

TEST_F(WatchedFiles, AreMovedAwayOnceDurable) {
    done_ = folder_.file("done");
    fs::create_directory(done_);
    folder_.write("done/a.ndjson", "an older one");
    move_in("a.ndjson", MadeIntake::made_lines(1, 2));
    const auto watched = watch(made_);
    while (made_.waiting_blocks() == 0) std::this_thread::yield();
    EXPECT_TRUE(fs::exists(inbox_ + "/a.ndjson")) << "its lines are not durable";
    made_.commit_lines(2);
    move_in("b.ndjson", MadeIntake::made_lines(3, 3));
    made_.commit_lines(3);
    EXPECT_FALSE(fs::exists(inbox_ + "/a.ndjson"));
    EXPECT_TRUE(fs::exists(done_ + "/a.ndjson.1"));
}

TEST_F(WatchedFiles, ThatCannotBeReadHoldUpNobody) {
    move_in("a.csv", "ts,msisdn,ts\n");
    fs::create_directory(inbox_ + "/b.ndjson");
    fs::create_symlink("/nowhere", inbox_ + "/c.ndjson");
    move_in("d.ndjson", MadeIntake::made_lines(1, 1));
    const auto watched = watch(made_);
    made_.commit_lines(1);
    move_in("a.csv", "ts,msisdn,radio,mcc,mnc,area,cell\n1699873625645,91,lte,1,1,1,1\n");
    made_.commit_lines(2);
    EXPECT_EQ(made_.texts.back(), "1699873625645,91,lte,1,1,1,1") << "mended";
}

TEST_F(WatchedFiles, MayComeAfterTheirDirectory) {
    fs::remove(inbox_);
    const auto watched = watch(made_);
    fs::create_directory(folder_.file("other"));
    folder_.write("other/a.ndjson", MadeIntake::made_lines(1, 1));
    fs::rename(folder_.file("other"), inbox_);
    made_.commit_lines(1);
    EXPECT_EQ(made_.texts, lines(1, 1));
}

}  // namespace
}  // namespace simtrail::feed_server
