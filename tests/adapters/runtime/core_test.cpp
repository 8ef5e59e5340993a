#include "adapters/runtime/core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "tests/support/made_core.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::IsEmpty;
using testing::MadeCore;
using testing::MadeSource;
using ::testing::Not;
using ::testing::SizeIs;

const Msisdn driver = *Msisdn::parse("919876543210");
const Msisdn other = *Msisdn::parse("919876543211");
const ledger::Caller acme{"acme", "Acme Logistics", "key"};

class CoreTest : public ::testing::Test {
   protected:
    std::vector<std::string> lines(Msisdn msisdn, int count) {
        std::vector<std::string> made;
        for (int i = 0; i < count; ++i) made.push_back(MadeCore::line(msisdn, core_.now() + sent_ms_++));
        return made;
    }
    void feed_and_wait(const std::vector<std::string>& given) {
        core_.feed(source_, given, sent_ + 1);
        sent_ += given.size();
        ASSERT_TRUE(eventually([&] { return source_->acknowledged == sent_; }));
    }

    /// The commit after that of its first position says so.
    bool becomes_started(TrackNumber track) {
        return eventually([&] {
            bool started = false;
            core_.core().read([&](const ledger::LedgerBook& book) {
                started = book.track(track)->state == ledger::SimTrackState::started;
            });
            return started;
        });
    }

    bool becomes_revoked(Msisdn msisdn) {
        return eventually([&] {
            auto found = ledger::ConsentState::none;
            core_.core().read([&](const ledger::LedgerBook& book) { found = book.consent("acme", msisdn)->state; });
            return found == ledger::ConsentState::revoked;
        });
    }

    testing::TemporaryFolder folder_;
    MadeCore core_{folder_.file("simtrail.db")};
    std::shared_ptr<MadeSource> source_ = std::make_shared<MadeSource>("probe");
    std::uint64_t sent_ = 0;
    std::int64_t sent_ms_ = 0;
};

using Core = CoreTest;

TEST_F(Core, WhatIsAcknowledgedIsInTheTrace) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 10));
    EXPECT_THAT(core_.trace(track), SizeIs(10));
    feed_and_wait(lines(driver, 500));
    const auto trace = core_.trace(track);
    ASSERT_THAT(trace, SizeIs(510));
    for (std::size_t i = 0; i < trace.size(); ++i) EXPECT_EQ(trace[i].seq, i + 1);
}

TEST_F(Core, NobodyWithoutAStartedTrackIsStored) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(other, 10));
    EXPECT_THAT(core_.trace(track), IsEmpty());
    EXPECT_EQ(core_.core().intake().tracked(), 1U);
}

TEST_F(Core, CountsThePointsLocatedWithFewCandidates) {
    core_.start_tracking(driver);
    feed_and_wait(lines(driver, 10));
    EXPECT_EQ(core_.points_of_few_candidates, 0U);
    core_.close();
    core_.candidates = runtime::CandidateChoice::few;
    core_.open();
    feed_and_wait(lines(driver, 10));
    EXPECT_EQ(core_.points_of_few_candidates, 10U);
}

TEST_F(Core, TheFirstPositionStartsTheTrack) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 1));
    EXPECT_TRUE(becomes_started(track));
}

TEST_F(Core, AfterStopNothingMoreCounts) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 5));
    core_.pass(1000);
    ASSERT_TRUE(core_.ask(ledger::StopSimTrack{acme, {"track-none"}, {}}));  // another: refused, changes nothing
    core_.core().read([&](const ledger::LedgerBook& book) { EXPECT_EQ(book.track(track)->tenant, "acme"); });
    std::string id;
    core_.core().read([&](const ledger::LedgerBook& book) { id = book.track(track)->track_id; });
    ASSERT_TRUE(core_.ask(ledger::StopSimTrack{acme, {id}, {}}));
    feed_and_wait(lines(driver, 5));
    EXPECT_THAT(core_.trace(track), SizeIs(5));
    core_.pass(1000);
    ASSERT_TRUE(core_.ask(ledger::StartSimTrack{acme, {id}, {}}));
    feed_and_wait(lines(driver, 5));
    EXPECT_THAT(core_.trace(track), SizeIs(10));
}

TEST_F(Core, SeveralTracksOfOneSubscriberGetTheSamePoints) {
    const TrackNumber first = core_.start_tracking(driver, "acme");
    const TrackNumber second = core_.start_tracking(driver, "zenith");
    feed_and_wait(lines(driver, 100));
    EXPECT_THAT(core_.trace(first), SizeIs(100));
    EXPECT_THAT(core_.trace(second), SizeIs(100));
}

TEST_F(Core, WithdrawalEndsAllTracksOfTheSubscriber) {
    const TrackNumber first = core_.start_tracking(driver, "acme");
    const TrackNumber second = core_.start_tracking(driver, "zenith");
    feed_and_wait(lines(driver, 3));
    core_.pass(1000);
    ASSERT_TRUE(core_.ask(ledger::ReceiveText{driver, "STOP", "console", core_.now()}));
    feed_and_wait(lines(driver, 3));
    EXPECT_THAT(core_.trace(first), SizeIs(3));
    EXPECT_THAT(core_.trace(second), SizeIs(3));
    EXPECT_EQ(core_.core().intake().tracked(), 0U);
}

TEST_F(Core, GoesOnAfterARestart) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 100));
    core_.close();
    core_.open();
    EXPECT_EQ(core_.core().lines_of("probe"), 100U);
    EXPECT_THAT(core_.trace(track), SizeIs(100));
    feed_and_wait(lines(driver, 100));
    EXPECT_THAT(core_.trace(track), SizeIs(200));
    core_.close();
    core_.open();
    EXPECT_THAT(core_.trace(track), SizeIs(200));
}

TEST_F(Core, LinesSentAgainHaveNoEffect) {
    const TrackNumber track = core_.start_tracking(driver);
    const auto sent = lines(driver, 20);
    feed_and_wait(sent);
    feed_and_wait(sent);
    EXPECT_THAT(core_.trace(track), SizeIs(20));
}

TEST_F(Core, ADeletedTrackLeavesNothingToRead) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 200));
    std::string id;
    core_.core().read([&](const ledger::LedgerBook& book) { id = book.track(track)->track_id; });
    ASSERT_TRUE(core_.ask(ledger::DeleteSimTrack{acme, {id}}));
    EXPECT_THAT(core_.trace(track), IsEmpty());
    core_.core().read([&](const ledger::LedgerBook& book) { EXPECT_EQ(book.track(track), nullptr); });
    feed_and_wait(lines(driver, 200));
    core_.close();
    core_.open();
    EXPECT_THAT(core_.trace(track), IsEmpty());
}

TEST_F(Core, WithdrawalWhilePointsPourInLeavesNoneFromAfterIt) {
    const TrackNumber track = core_.start_tracking(driver);
    std::atomic<bool> pouring = true;
    std::thread feeder([&] {
        for (std::uint64_t n = 1; pouring; ++n) {
            core_.feed(source_, {MadeCore::line(driver, core_.now() + static_cast<std::int64_t>(n % 50'000))}, n);
        }
    });
    EXPECT_TRUE(eventually([&] { return source_->acknowledged > 1000; }));
    ASSERT_TRUE(core_.ask(ledger::ReceiveText{driver, "STOP", "console", core_.now()}));
    const auto confirmed = core_.trace(track).size();
    std::this_thread::sleep_for(50ms);
    pouring = false;
    feeder.join();
    EXPECT_EQ(core_.trace(track).size(), confirmed);
}

TEST_F(Core, ACommitThatFailsAcknowledgesNothingAndLosesNothing) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 10));
    core_.fail_commits(true);
    core_.feed(source_, lines(driver, 40), sent_ + 1);
    EXPECT_TRUE(eventually([&] { return core_.failures() > 0; }));
    EXPECT_EQ(source_->acknowledged, 10U);
    EXPECT_THAT(core_.trace(track), SizeIs(10));
    EXPECT_FALSE(core_.ask(ledger::RequestConsent{acme, other, {}}));
    core_.fail_commits(false);
    EXPECT_TRUE(eventually([&] { return source_->acknowledged == 50; }));
    EXPECT_THAT(core_.trace(track), SizeIs(50));
    core_.core().read([&](const ledger::LedgerBook& book) { EXPECT_EQ(book.consent("acme", other), nullptr); });
}

TEST_F(Core, WhatIsDurableIsReadWhileTheDiskTakesNothing) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 10));
    core_.fail_commits(true);
    core_.feed(source_, lines(driver, 300), sent_ + 1);  // several rings
    EXPECT_TRUE(eventually([&] { return core_.failures() > 1; }));
    EXPECT_THAT(core_.trace(track), SizeIs(10));
    EXPECT_THAT(core_.smoothed({.track = track, .limit = 1000}), SizeIs(10));
    core_.fail_commits(false);
    EXPECT_TRUE(eventually([&] { return source_->acknowledged == 310; }));
    const auto trace = core_.trace(track);
    ASSERT_THAT(trace, SizeIs(310));
    for (std::size_t i = 0; i < trace.size(); ++i) EXPECT_EQ(trace[i].seq, i + 1);
}

TEST_F(Core, AWithdrawalWhoseCommitFailedShutsTheGateAllTheSame) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 10));
    ASSERT_TRUE(becomes_started(track)) << "else that commit would fail first, and the text be told to come again";
    core_.pass(1000);
    core_.fail_commits(true);
    EXPECT_FALSE(core_.ask(ledger::ReceiveText{driver, "STOP", "console", core_.now()}));
    EXPECT_EQ(core_.core().intake().tracked(), 0U);
    core_.fail_commits(false);
    EXPECT_TRUE(becomes_revoked(driver));
    feed_and_wait(lines(driver, 10));
    EXPECT_THAT(core_.trace(track), SizeIs(10));
}

TEST_F(Core, AWithdrawalThatComesWhileCommitsFailShutsTheGateOnce) {
    const TrackNumber track = core_.start_tracking(driver);
    feed_and_wait(lines(driver, 10));
    core_.fail_commits(true);
    core_.feed(source_, lines(driver, 5), sent_ + 1);
    ASSERT_TRUE(eventually([&] { return core_.failures() > 0; }));
    ASSERT_EQ(core_.core().intake().tracked(), 1U);
    core_.pass(1000);
    for (int times = 0; times < 3; ++times) {
        EXPECT_FALSE(core_.ask(ledger::ReceiveText{driver, "STOP", "console", core_.now()}));
        EXPECT_EQ(core_.core().intake().tracked(), 0U);
    }
    const auto under_way = core_.core().intake().blocks_under_way();
    EXPECT_FALSE(core_.ask(ledger::ReceiveText{driver, "STOP", "console", core_.now()}));
    EXPECT_EQ(core_.core().intake().blocks_under_way(), under_way) << "nothing is told to the shards twice";
    core_.feed(source_, lines(driver, 5), sent_ + 6);
    core_.fail_commits(false);
    EXPECT_TRUE(becomes_revoked(driver));
    EXPECT_TRUE(eventually([&] { return source_->acknowledged == 20; }));
    EXPECT_THAT(core_.trace(track), SizeIs(15));
}

TEST_F(Core, TextsLeaveTheOutboxWhenTheGatewaySaysSo) {
    core_.ask(ledger::RequestConsent{acme, driver, {}});
    core_.ask(ledger::RequestConsent{acme, other, {}});
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 2; }));
    EXPECT_FALSE(core_.texts()[0].attempted);
    core_.accept(core_.texts()[0], "m1");
    EXPECT_TRUE(core_.receive({"x", "m1"}, ledger::TextFate::delivered));
    EXPECT_TRUE(core_.receive({"m1"}, ledger::TextFate::delivered)) << "nobody waits for it any more";
    core_.close();
    EXPECT_THAT(core_.steps(driver), ElementsAre("requested", "textSent", "textAccepted", "textDelivered"));
    core_.open();  // one is left, and may have been sent
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 3; }));
    EXPECT_EQ(core_.texts()[2].to, other);
    EXPECT_TRUE(core_.texts()[2].attempted);
}

TEST_F(Core, AReceiptThatComesTwiceIsNotTakenForAnotherTexts) {
    core_.ask(ledger::RequestConsent{acme, driver, {}});
    core_.ask(ledger::RequestConsent{acme, other, {}});
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 2; }));
    core_.accept(core_.texts()[0], "10");
    core_.accept(core_.texts()[1], "16");
    const std::vector<std::string> spellings{"10", "16", "a"};  // as given, from hexadecimal, to hexadecimal
    for (int times = 0; times < 2; ++times) EXPECT_TRUE(core_.receive(spellings, ledger::TextFate::delivered));
    core_.close();
    EXPECT_THAT(core_.steps(driver), Contains("textDelivered"));
    EXPECT_THAT(core_.steps(other), Not(Contains("textDelivered")));
}

TEST_F(Core, AReceiptThatOvertakesTheAnswerToItsTextIsMatchedWithIt) {
    core_.early_receipt = std::chrono::hours(1);
    core_.close();
    core_.open();
    core_.ask(ledger::RequestConsent{acme, driver, {}});
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 1; }));
    auto receipt = core_.start_receiving({"m1"}, ledger::TextFate::delivered);
    core_.accept(core_.texts()[0], "m1");
    EXPECT_TRUE(receipt.get());
    core_.close();
    EXPECT_THAT(core_.steps(driver), ElementsAre("requested", "textSent", "textAccepted", "textDelivered"));
}

TEST_F(Core, AReceiptThatIsNobodysIsNotHeldForLong) {
    core_.ask(ledger::RequestConsent{acme, driver, {}});
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 1; }));
    EXPECT_TRUE(core_.receive({"another's"}, ledger::TextFate::delivered));
}

TEST_F(Core, AReceiptIsAcknowledgedOnlyWhenItIsDurable) {
    core_.ask(ledger::RequestConsent{acme, driver, {}});
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 1; }));
    core_.accept(core_.texts()[0], "m1");
    ASSERT_TRUE(eventually([&] { return core_.steps(driver).size() == 3; }));  // accepted, durably
    core_.fail_commits(true);
    EXPECT_FALSE(core_.receive({"m1"}, ledger::TextFate::failed));
    core_.fail_commits(false);
    // Until a commit has succeeded again it is told to come again.
    EXPECT_TRUE(eventually([&] { return core_.receive({"m1"}, ledger::TextFate::failed); }));
    core_.close();
    EXPECT_THAT(core_.steps(driver), ElementsAre("requested", "textSent", "textAccepted", "textFailed"));
}

TEST_F(Core, AReceiptThatComesAsSoonAsCommitsSucceedAgainFollowsWhatTheirFailureHeldBack) {
    core_.ask(ledger::RequestConsent{acme, driver, {}});
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 1; }));
    std::promise<std::future<bool>> receipt;
    core_.on_recovery = [&] { receipt.set_value(core_.start_receiving({"m1"}, ledger::TextFate::failed)); };
    core_.fail_commits(true);
    core_.accept(core_.texts()[0], "m1");
    ASSERT_TRUE(eventually([&] { return core_.failures() > 0; }));
    core_.fail_commits(false);
    EXPECT_TRUE(receipt.get_future().get().get());
    core_.close();
    EXPECT_THAT(core_.steps(driver), ElementsAre("requested", "textSent", "textAccepted", "textFailed"));
}

TEST_F(Core, ErasureReachesWhatTheGatewayHolds) {
    core_.ask(ledger::RequestConsent{acme, driver, {}});
    ASSERT_TRUE(eventually([&] { return core_.texts().size() == 1; }));
    core_.ask(ledger::EraseSubscriber{driver});
    EXPECT_TRUE(eventually([&] { return core_.erased() == std::vector{driver}; }));
    core_.accept(core_.texts()[0], "m1");
    core_.close();
    EXPECT_THAT(core_.steps(driver), SizeIs(0));
}

TEST_F(Core, UploadsAreToldWhatBecameOfTheirLines) {
    core_.start_tracking(driver);
    auto upload = std::make_shared<MadeSource>();
    upload->wants_totals = true;
    auto given = lines(driver, 3);
    given.push_back(MadeCore::line(other, core_.now()));
    given.emplace_back(R"({"broken)");
    core_.feed(upload, given);
    std::promise<feed::OutcomeCounts> told;
    core_.core().intake().finish(upload, [&](const feed::OutcomeCounts& counts) { told.set_value(counts); });
    const auto counts = told.get_future().get();
    EXPECT_EQ(counts[feed::Outcome::point], 3U);
    EXPECT_EQ(counts[feed::Outcome::untracked], 1U);
    EXPECT_EQ(counts[feed::Outcome::not_json], 1U);
}

TEST_F(Core, SilenceIsToldOnceAndEndsWithTheNextPosition) {
    const TrackNumber track = core_.start_tracking(driver);
    const auto silent = [&] {
        bool found = false;
        core_.core().read([&](const ledger::LedgerBook& book) { found = book.track(track)->silent; });
        return found;
    };
    feed_and_wait(lines(driver, 1));
    EXPECT_FALSE(silent());
    core_.pass(700'000);
    EXPECT_TRUE(eventually(silent));
    sent_ms_ = 0;
    feed_and_wait(lines(driver, 1));
    EXPECT_TRUE(eventually([&] { return !silent(); }));
}

TEST_F(Core, WatchersSeePointsInOrderAndTheEnd) {
    const TrackNumber track = core_.start_tracking(driver);
    std::mutex mutex;
    std::vector<std::uint32_t> seen;
    bool ended = false;
    const auto subscription = core_.core().subscribe(track, [&](std::span<const TracePoint> points) {
        const std::lock_guard lock(mutex);
        for (const auto& point : points) seen.push_back(point.seq);
        ended = ended || points.empty();
    });
    feed_and_wait(lines(driver, 50));
    core_.ask(ledger::ReceiveText{driver, "STOP", "console", core_.now()});
    const std::lock_guard lock(mutex);
    ASSERT_THAT(seen, SizeIs(50));
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace simtrail
