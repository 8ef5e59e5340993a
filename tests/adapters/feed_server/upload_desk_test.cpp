#include "adapters/feed_server/upload_desk.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/support/made_intake.hpp"

namespace simtrail::feed_server {
namespace {

using testing::MadeIntake;
using Totals = std::expected<runtime::UploadTotals, std::string>;

class FeedUploads : public ::testing::Test {
   protected:
    void run() {
        for (auto& task : std::exchange(tasks_, {})) task();
    }
    std::unique_ptr<runtime::FeedUpload> open(bool csv = false) { return desk_->open_upload(csv); }
    /// True where the next piece was asked for at once.
    bool put(runtime::FeedUpload& upload, std::string bytes) {
        ready_ = false;
        upload.take(std::move(bytes), [this] { ready_ = true; });
        return ready_;
    }
    void finish(runtime::FeedUpload& upload) {
        upload.finish([this](Totals totals) { totals_ = std::move(totals); });
    }

    MadeIntake made_{1};
    std::vector<std::function<void()>> tasks_;
    std::unique_ptr<runtime::FeedDesk> desk_ =
        make_upload_desk(made_.intake(), [this](auto task) { tasks_.push_back(std::move(task)); });
    bool ready_ = false;
    std::optional<Totals> totals_;
};

TEST_F(FeedUploads, AnswerWithTotalsOnceDurable) {
    const auto upload = open();
    EXPECT_TRUE(put(*upload, MadeIntake::line(1) + "\n\nbad\n" + MadeIntake::line(2, "92")));
    made_.commit_block();  // with nothing else under way they leave at once: a slow upload keeps no block from others
    run();
    EXPECT_TRUE(put(*upload, "\n" + MadeIntake::line(2)));
    made_.commit_block();
    run();
    finish(*upload);
    EXPECT_FALSE(totals_) << "nothing is durable";
    made_.commit_lines(5);
    ASSERT_TRUE(totals_ && *totals_);
    EXPECT_EQ((*totals_)->accepted, 2U) << "the last line needs no line end";
    EXPECT_EQ((*totals_)->dropped, 1U);
    EXPECT_EQ((*totals_)->rejected, 1U) << "a blank line is none";
}

TEST_F(FeedUploads, WaitForRoom) {
    const auto upload = open();
    constexpr int count = 4000;
    EXPECT_FALSE(put(*upload, MadeIntake::made_lines(1, count))) << "more than the intake's one block";
    finish(*upload);
    for (int i = 0; i < 10 && !totals_; ++i) {
        made_.commit_block();
        run();
    }
    ASSERT_TRUE(totals_ && *totals_);
    EXPECT_TRUE(ready_);
    EXPECT_EQ((*totals_)->accepted, static_cast<std::uint64_t>(count));
    EXPECT_EQ(made_.texts.back(), MadeIntake::line(count));
}

TEST_F(FeedUploads, MayBeEmpty) {
    const auto upload = open();
    finish(*upload);
    ASSERT_TRUE(totals_ && *totals_);
    EXPECT_EQ((*totals_)->accepted + (*totals_)->dropped + (*totals_)->rejected, 0U);
}

TEST_F(FeedUploads, ReadCsv) {
    const auto upload = open(true);
    put(*upload, "ts,msisdn,radio,mcc,m");
    put(*upload, "nc,area,cell\r\n1699873625645,91,lte,1,1,1,1\n");
    finish(*upload);
    made_.commit_lines(1);
    ASSERT_TRUE(totals_ && *totals_);
    EXPECT_EQ((*totals_)->accepted, 1U);
}

TEST_F(FeedUploads, RejectCsvWithoutAHeader) {
    const auto upload = open(true);
    put(*upload, "1699873625645,91,lte,1,1,1,1\n1699873625645,91,lte,1,1,1,1\n");
    finish(*upload);
    ASSERT_TRUE(totals_ && *totals_);
    EXPECT_EQ((*totals_)->rejected, 2U);
}

TEST_F(FeedUploads, ThatBreakOffKeepWhatCame) {
    {
        const auto upload = open();
        put(*upload, MadeIntake::line(1) + "\n{\"cut");
    }
    made_.commit_lines(1);
    EXPECT_EQ(made_.texts, std::vector{MadeIntake::line(1)});
}

TEST_F(FeedUploads, ThatBreakOffWhileTheyWaitAreForgotten) {
    {
        const auto upload = open();
        EXPECT_FALSE(put(*upload, MadeIntake::made_lines(1, 4000)));
    }
    made_.commit_block();
    run();
    EXPECT_FALSE(ready_);
    EXPECT_EQ(made_.waiting_blocks(), 0U);
}

TEST_F(FeedUploads, AreToldWhenTheDaemonStops) {
    const auto upload = open();
    put(*upload, MadeIntake::made_lines(1, 4000));
    finish(*upload);
    made_.intake().close();
    run();
    ASSERT_TRUE(totals_);
    EXPECT_FALSE(*totals_) << "not all lines were taken";
}

}  // namespace
}  // namespace simtrail::feed_server
