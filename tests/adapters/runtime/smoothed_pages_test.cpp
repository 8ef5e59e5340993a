#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/made_core.hpp"
#include "tests/support/run_sql.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail {
namespace {

using testing::MadeCore;
using testing::MadeSource;

const Msisdn smoothed_driver = *Msisdn::parse("919876543210");

/// A track whose every tenth event comes ten seconds late: what hindsight does not mind.
class SmoothedPages : public ::testing::Test {
   protected:
    void feed(int count) {
        std::vector<std::string> lines;
        for (; count > 0; --count, ++sent_) {
            const auto late_ms = sent_ % 10 == 9 ? 10'000 : 0;
            lines.push_back(MadeCore::line(smoothed_driver,
                                           core_.now() + 1000 * static_cast<std::int64_t>(sent_) - late_ms + 20'000));
        }
        core_.pass(1'000'000);
        core_.feed(source_, lines, sent_ + 1 - lines.size());
        for (int i = 0; i < 5000 && source_->acknowledged != sent_; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ASSERT_EQ(source_->acknowledged, sent_);
    }
    std::vector<TracePoint> smoothed() { return core_.smoothed({.track = track_, .limit = 10'000}); }

    testing::TemporaryFolder folder_;
    MadeCore core_{folder_.file("simtrail.db")};
    std::shared_ptr<MadeSource> source_ = std::make_shared<MadeSource>("probe");
    TrackNumber track_ = core_.start_tracking(smoothed_driver);
    std::uint64_t sent_ = 0;
};

void expect_same_points(const std::vector<TracePoint>& smoothed, const std::vector<TracePoint>& live) {
    ASSERT_EQ(smoothed.size(), live.size());
    bool late = false;
    for (std::size_t i = 0; i < live.size(); ++i) {
        EXPECT_EQ(smoothed[i].seq, live[i].seq);
        EXPECT_EQ(smoothed[i].tis_ms, live[i].tis_ms);
        EXPECT_FALSE(smoothed[i].reasons.has(ErrorReason::stale_event)) << i;
        late = late || live[i].reasons.has(ErrorReason::stale_event);
    }
    EXPECT_TRUE(late);
}

TEST_F(SmoothedPages, AreTheSamePointsInRingAndSegments) {
    for (const int count : {20, 44, 3, 150}) {
        feed(count);
        expect_same_points(smoothed(), core_.trace(track_));
    }
}

TEST_F(SmoothedPages, FollowOneAnotherThroughTheTrace) {
    feed(200);
    const auto whole = smoothed();
    TraceRange range{.track = track_, .limit = 30};
    std::vector<TracePoint> pages;
    while (pages.size() < whole.size()) {
        const auto page = core_.smoothed(range);
        ASSERT_FALSE(page.empty());
        pages.insert(pages.end(), page.begin(), page.end());
        range.after = TracePlace{pages.back().tis_ms, pages.back().seq};
    }
    EXPECT_EQ(pages, whole);
}

TEST_F(SmoothedPages, AreTheSameAfterARestart) {
    feed(90);
    const auto before = smoothed();
    ASSERT_EQ(before.size(), 90U);
    core_.close();
    core_.open();
    EXPECT_EQ(smoothed(), before);
}

TEST_F(SmoothedPages, TellPointsAsPublishedWhereTheirEvidenceIsDamaged) {
    feed(300);
    const auto before = smoothed();
    const auto live = core_.trace(track_);
    core_.close();  // in memory it is whole
    testing::run_sql(folder_.file("simtrail.db"),
                     "UPDATE segment SET evidence = x'ffff' WHERE first_seq = "
                     "(SELECT min(first_seq) FROM segment WHERE first_seq > 1)");
    core_.open();
    const auto after = smoothed();
    expect_same_points(after, live);
    smoothed();
    ASSERT_EQ(core_.damaged.size(), 1U) << "told once";
    EXPECT_EQ(core_.damaged[0].first, track_);
    ASSERT_EQ(core_.damaged[0].second.size(), 1U);
    const SeqRange damaged = core_.damaged[0].second[0];
    EXPECT_GT(damaged.last - damaged.first, 10U);
    std::size_t as_published = 0;
    for (std::size_t i = 0; i < live.size(); ++i) {
        if (live[i].seq < damaged.first || live[i].seq > damaged.last) continue;
        EXPECT_EQ(after[i].accuracy_m, live[i].accuracy_m) << i;
        ++as_published;
    }
    EXPECT_EQ(as_published, damaged.last - damaged.first + 1);
    EXPECT_EQ(after.back(), before.back()) << "far from the damage nothing changes";
}

TEST_F(SmoothedPages, AreEmptyWhereTheTraceIsErasedMeanwhile) {
    feed(90);
    core_.before_traced = [&] { core_.ask(ledger::EraseSubscriber{smoothed_driver}); };
    EXPECT_TRUE(smoothed().empty());
    EXPECT_FALSE(core_.erased().empty());
}

TEST_F(SmoothedPages, AreRefusedBeyondThoseThatWait) {
    feed(10);
    int waiting = 0;
    bool refused = false;
    core_.before_traced = [&] {
        for (; !refused && waiting < 1000; ++waiting)
            core_.core().smoothed_page(
                {.track = track_}, [&](const std::expected<runtime::TraceDesk::Page, std::string>& page) {
                    refused = refused || (!page.has_value() && page.error().find("try again") != std::string::npos);
                });
    };
    EXPECT_EQ(smoothed().size(), 10U);
    core_.close();
    EXPECT_TRUE(refused);
    EXPECT_EQ(waiting, 33) << "32 wait";
}

TEST_F(SmoothedPages, OfAnEmptyTraceAreEmpty) { EXPECT_TRUE(smoothed().empty()); }

}  // namespace
}  // namespace simtrail
