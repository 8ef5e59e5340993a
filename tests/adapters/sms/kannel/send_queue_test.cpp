#include "adapters/sms/kannel/send_queue.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::kannel {
namespace {

using namespace std::chrono_literals;
using Kind = Verdict::Kind;

OutboxText text(std::int64_t number, std::string_view to = "919876543210") {
    return {.number = number, .to = *Msisdn::parse(to), .text = "text " + std::to_string(number)};
}

class KannelSendQueue : public ::testing::Test {
   protected:
    SendQueue queue{{.window = 2, .held = 5, .first_pause = 100ms, .longest_pause = 300ms}};

    void put(std::initializer_list<std::int64_t> numbers) {
        std::vector<OutboxText> texts;
        for (const auto number : numbers) texts.push_back(text(number));
        queue.put(std::move(texts));
    }
    /// 0: nothing goes now.
    std::int64_t next() {
        const OutboxText* const found = queue.next();
        return found == nullptr ? 0 : found->number;
    }
    std::optional<TextResult> finish(std::int64_t number, Kind kind) { return queue.finish(number, {kind, "reason"}); }
};

TEST_F(KannelSendQueue, SendsInOrderWithinItsWindow) {
    put({1, 2, 3});
    EXPECT_EQ(next(), 1);
    EXPECT_EQ(next(), 2);
    EXPECT_EQ(next(), 0);
    const auto result = finish(1, Kind::accepted);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->accepted);
    EXPECT_EQ(result->number, 1);
    EXPECT_EQ(result->message_id, "kannel-1");
    EXPECT_EQ(next(), 3);
    EXPECT_EQ(next(), 0);
}

TEST_F(KannelSendQueue, HasRoomForWhatIsNeitherWaitingNorUnderWay) {
    EXPECT_EQ(queue.room(), 5U);
    put({1, 2, 3});
    next();
    EXPECT_EQ(queue.room(), 2U);
    finish(1, Kind::accepted);
    EXPECT_EQ(queue.room(), 3U);
    next();
    finish(2, Kind::busy);
    EXPECT_EQ(queue.room(), 3U);
}

TEST_F(KannelSendQueue, ARefusedTextIsToldAndNotTriedAgain) {
    put({1, 2});
    next();
    const auto result = finish(1, Kind::refused);
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->accepted);
    EXPECT_EQ(result->error, "reason");
    EXPECT_FALSE(queue.closed());
    EXPECT_EQ(next(), 2);
}

TEST_F(KannelSendQueue, TroubleClosesItAndThenOneTextTriesTheWay) {
    put({1, 2, 3});
    next();
    next();
    EXPECT_FALSE(finish(1, Kind::unreachable));
    EXPECT_TRUE(queue.closed());
    EXPECT_FALSE(finish(2, Kind::unreachable));
    EXPECT_EQ(next(), 0);
    queue.reopen();
    EXPECT_EQ(next(), 1);
    EXPECT_EQ(next(), 0);
    finish(1, Kind::accepted);
    EXPECT_EQ(next(), 2);
    EXPECT_EQ(next(), 3);
}

TEST_F(KannelSendQueue, PausesGrowUpToTheLongestAndBeginAgainOnceATextIsTaken) {
    put({1});
    for (const auto pause : {100ms, 200ms, 300ms, 300ms}) {
        EXPECT_EQ(next(), 1);
        finish(1, Kind::unreachable);
        EXPECT_EQ(queue.take_pause(), pause);
        queue.reopen();
    }
    next();
    finish(1, Kind::accepted);
    EXPECT_EQ(queue.take_pause(), 100ms);
}

TEST_F(KannelSendQueue, ATextThatKannelDoesNotWantNowLetsTheOthersPass) {
    put({1, 2});
    next();
    EXPECT_FALSE(finish(1, Kind::busy));
    queue.reopen();
    EXPECT_EQ(next(), 2);
    finish(2, Kind::accepted);
    EXPECT_EQ(next(), 1);
}

TEST_F(KannelSendQueue, AnOutageOfAThousandPausesLosesNothingAndChangesNoOrder) {
    put({1, 2, 3});
    for (int i = 0; i < 1000; ++i) {
        const auto number = next();
        ASSERT_EQ(number, 1);
        ASSERT_FALSE(finish(number, i % 7 == 6 ? Kind::busy : Kind::unreachable));
        queue.take_pause();
        queue.reopen();
        if (i % 7 == 6) {  // 1 is the last now: let the others come round
            for (const std::int64_t other : {2, 3}) {
                ASSERT_EQ(next(), other);
                finish(other, Kind::busy);
                queue.reopen();
            }
        }
    }
    for (const std::int64_t number : {1, 2, 3}) {
        EXPECT_EQ(next(), number);
        EXPECT_TRUE(finish(number, Kind::accepted));
    }
}

TEST_F(KannelSendQueue, WhatIsNotAnsweredInTimeIsSentOnceMoreAndThenToldAsUnknown) {
    put({1});
    next();
    EXPECT_FALSE(finish(1, Kind::timed_out));
    EXPECT_TRUE(queue.suspect());
    queue.reopen();
    EXPECT_FALSE(queue.suspect());
    EXPECT_EQ(next(), 1);
    EXPECT_FALSE(finish(1, Kind::unreachable)) << "it never got there: no second copy";
    queue.reopen();
    EXPECT_EQ(next(), 1);
    const auto result = finish(1, Kind::timed_out);
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->accepted);
    EXPECT_EQ(result->error, "not answered in time, twice; it may have been sent");
    EXPECT_TRUE(queue.suspect());
    EXPECT_TRUE(queue.closed());
}

TEST_F(KannelSendQueue, ThreeBrokenConnectionsLoseNothingAndTheFourthIsToldAsUnknown) {
    put({1});
    for (int cut = 1; cut < SendQueue::max_cuts; ++cut) {
        EXPECT_EQ(next(), 1);
        EXPECT_FALSE(finish(1, Kind::cut));
        EXPECT_TRUE(queue.suspect());
        queue.reopen();
    }
    EXPECT_EQ(next(), 1);
    const auto result = finish(1, Kind::cut);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->error, "the connection broke each time; it may have been sent");
}

TEST_F(KannelSendQueue, AnswersFromBeforeTheTroubleDoNotOpenIt) {
    put({1, 2, 3});
    next();
    next();
    finish(1, Kind::timed_out);
    EXPECT_TRUE(finish(2, Kind::accepted));
    EXPECT_TRUE(queue.closed());
    EXPECT_EQ(next(), 0);
}

TEST_F(KannelSendQueue, ForgottenTextsAreNeitherSentNorTold) {
    queue.put({text(1, "1"), text(2, "2"), text(3, "1")});
    next();
    queue.forget(*Msisdn::parse("1"));
    EXPECT_EQ(queue.room(), 3U);
    EXPECT_FALSE(finish(1, Kind::timed_out)) << "and not tried again";
    queue.reopen();
    EXPECT_EQ(next(), 2);
    finish(2, Kind::accepted);
    EXPECT_EQ(next(), 0);
    EXPECT_EQ(queue.room(), 5U);
}

}  // namespace
}  // namespace simtrail::sms::kannel
