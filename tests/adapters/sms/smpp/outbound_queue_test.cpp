#include "adapters/sms/smpp/outbound_queue.hpp"

#include <gtest/gtest.h>

#include <map>

namespace simtrail::tests {
namespace {

using namespace sms;
using namespace sms::smpp;

constexpr std::int64_t one_second = 1000;
const Msisdn anna = *Msisdn::parse("919876543210");
const Msisdn bert = *Msisdn::parse("919876543211");

/// A queue whose texts are split at commas; its results and its possible duplicates, by number.
class Queue {
   public:
    explicit Queue(QueueOptions options = {})
        : queue(options, {.split = split,
                          .on_result = [this](TextResult result) { results.push_back(std::move(result)); },
                          .on_possible_duplicate = [this](const OutboxText& text) { ++duplicates[text.number]; }}) {}

    void add(std::int64_t number, std::string text, Msisdn to = anna, bool attempted = false) {
        queue.add({.number = number, .to = to, .text = std::move(text), .attempted = attempted});
    }
    /// Hands out one message and remembers its token by its text; empty where there is none.
    std::string next() {
        auto part = queue.next(now);
        if (!part) return "";
        tokens[part->message.short_message] = part->token;
        return part->message.short_message;
    }
    std::string all() {
        std::string texts;
        for (auto text = next(); !text.empty(); text = next()) texts += text + " ";
        return texts;
    }
    void answer(const std::string& text, Status status, const std::string& id = "id") {
        queue.answered(tokens.at(text), status, id, now);
    }
    void lose(const std::string& text, Lost how) { queue.lost(tokens.at(text), how); }

    std::int64_t now = 1'000'000;
    std::vector<TextResult> results;
    std::map<std::int64_t, int> duplicates;
    std::map<std::string, std::uint64_t> tokens;
    OutboundQueue queue;

   private:
    static std::expected<std::vector<ShortMessage>, std::string> split(const OutboxText& text) {
        if (text.text.empty()) return std::unexpected("nothing to send");
        std::vector<ShortMessage> parts(1);
        for (const char c : text.text)
            if (c == ',')
                parts.emplace_back();
            else
                parts.back().short_message += c;
        return parts;
    }
};

TEST(OutboundQueue, HandsOutTextsInTheirOrderAndTellsWhatTheyBecame) {
    Queue queue;
    queue.add(1, "a");
    queue.add(2, "b");
    EXPECT_EQ(queue.all(), "a b ");
    queue.answer("b", Status::ESME_ROK, "17");
    queue.answer("a", Status::ESME_RINVDSTADR);
    ASSERT_EQ(queue.results.size(), 2);
    EXPECT_EQ(queue.results[0].number, 2);
    EXPECT_TRUE(queue.results[0].accepted);
    EXPECT_EQ(queue.results[0].message_id, "17");
    EXPECT_EQ(queue.results[1].number, 1);
    EXPECT_FALSE(queue.results[1].accepted);
    EXPECT_NE(queue.results[1].error.find("ESME_RINVDSTADR"), std::string::npos);
    EXPECT_TRUE(queue.queue.empty());
}

TEST(OutboundQueue, ALongTextIsAcceptedWhenAllItsPartsAreUnderItsLastPartsId) {
    Queue queue;
    queue.add(1, "a,b,c");
    EXPECT_EQ(queue.all(), "a b c ");
    queue.answer("c", Status::ESME_ROK, "last");
    queue.answer("a", Status::ESME_ROK, "first");
    EXPECT_TRUE(queue.results.empty());
    queue.answer("b", Status::ESME_ROK, "middle");
    ASSERT_EQ(queue.results.size(), 1);
    EXPECT_EQ(queue.results[0].message_id, "last");
}

TEST(OutboundQueue, ARefusedPartRefusesItsTextOnceAndItsOtherPartsAreNotSent) {
    Queue queue;
    queue.add(1, "a,b,c");
    queue.add(2, "d");
    queue.next();
    queue.next();
    queue.answer("a", Status::ESME_RINVDSTADR);
    queue.answer("b", Status::ESME_RINVDSTADR);
    EXPECT_EQ(queue.results.size(), 1);
    EXPECT_EQ(queue.all(), "d ");
}

TEST(OutboundQueue, WhatCannotBeSplitIsRefusedAtOnce) {
    Queue queue;
    queue.add(1, "");
    ASSERT_EQ(queue.results.size(), 1);
    EXPECT_EQ(queue.results[0].error, "nothing to send");
}

TEST(OutboundQueue, HoldsNoMoreThanItsCapacityUntilTextsAreSettled) {
    Queue queue({.capacity = 2});
    queue.add(1, "a");
    queue.add(2, "b");
    EXPECT_EQ(queue.queue.room(), 0);
    queue.all();
    queue.answer("a", Status::ESME_ROK);
    EXPECT_EQ(queue.queue.room(), 1);
}

TEST(OutboundQueue, AThrottledMessageComesBeforeThoseNeverSent) {
    for (const auto status : {Status::ESME_RTHROTTLED, Status::ESME_RMSGQFUL}) {
        Queue queue;
        queue.add(1, "a");
        queue.add(2, "b");
        queue.next();
        queue.answer("a", status);
        EXPECT_EQ(queue.all(), "a b ");
        EXPECT_TRUE(queue.results.empty());
        EXPECT_TRUE(queue.duplicates.empty());
    }
}

TEST(OutboundQueue, ATemporaryErrorIsTriedAgainAfterGrowingPausesForADay) {
    Queue queue;
    queue.add(1, "a");
    std::vector<std::int64_t> pauses;
    queue.next();
    while (queue.results.empty()) {
        queue.answer("a", Status::ESME_RSYSERR);
        if (!queue.results.empty()) break;
        EXPECT_EQ(queue.next(), "");
        const auto due = queue.queue.next_ms(queue.now).value();
        pauses.push_back((due - queue.now) / one_second);
        queue.now = due;
        EXPECT_EQ(queue.next(), "a");
    }
    EXPECT_EQ((std::vector(pauses.begin(), pauses.begin() + 5)), (std::vector<std::int64_t>{1, 2, 4, 8, 16}));
    EXPECT_EQ(pauses.back(), 300);
    EXPECT_GE(queue.now - 1'000'000, 86'400 * one_second);
    EXPECT_LT(queue.now - 1'000'000, 86'800 * one_second);
    EXPECT_FALSE(queue.results[0].accepted);
}

TEST(OutboundQueue, OneInTroubleDoesNotHoldUpTheOthers) {
    Queue queue;
    queue.add(1, "a");
    queue.add(2, "b");
    queue.next();
    queue.answer("a", Status::ESME_RSYSERR);
    EXPECT_EQ(queue.all(), "b ");
}

TEST(OutboundQueue, AnUnansweredMessageIsSentOnceMoreAndThenRefusedAsMaybeSent) {
    Queue queue;
    queue.add(1, "a");
    queue.next();
    queue.lose("a", Lost::timed_out);
    EXPECT_EQ(queue.next(), "a");
    EXPECT_EQ(queue.duplicates[1], 1);
    queue.lose("a", Lost::timed_out);
    EXPECT_EQ(queue.next(), "");
    ASSERT_EQ(queue.results.size(), 1);
    EXPECT_FALSE(queue.results[0].accepted);
    EXPECT_NE(queue.results[0].error.find("may have been sent"), std::string::npos);
}

TEST(OutboundQueue, ACutLinksMessagesAreSentAgainButNotForEver) {
    Queue queue;
    queue.add(1, "a");
    for (int cut = 1; cut < OutboundQueue::max_cuts; ++cut) {
        EXPECT_EQ(queue.next(), "a");
        queue.lose("a", Lost::cut);
        EXPECT_TRUE(queue.results.empty());
    }
    EXPECT_EQ(queue.next(), "a");
    queue.lose("a", Lost::cut);
    ASSERT_EQ(queue.results.size(), 1);
    EXPECT_NE(queue.results[0].error.find("may have been sent"), std::string::npos);
    EXPECT_EQ(queue.duplicates[1], OutboundQueue::max_cuts - 1);
}

TEST(OutboundQueue, WhatNeverLeftIsNoDuplicateAndIsSentAgainAsOftenAsNeeded) {
    Queue queue;
    queue.add(1, "a");
    for (int time = 0; time < 20; ++time) {
        EXPECT_EQ(queue.next(), "a");
        queue.lose("a", Lost::unsent);
    }
    EXPECT_TRUE(queue.results.empty());
    EXPECT_TRUE(queue.duplicates.empty());
}

TEST(OutboundQueue, ThoseInDoubtComeFirst) {
    Queue queue;
    for (const std::int64_t number : {1, 2, 3, 4})
        queue.add(number, std::string(1, static_cast<char>('a' + number - 1)));
    queue.next();
    queue.next();
    EXPECT_FALSE(queue.queue.next_is_in_doubt());
    queue.lose("b", Lost::cut);
    queue.lose("a", Lost::cut);
    EXPECT_TRUE(queue.queue.next_is_in_doubt());
    EXPECT_EQ(queue.all(), "a b c d ");
    EXPECT_FALSE(queue.queue.next_is_in_doubt());
}

TEST(OutboundQueue, ATextOfAnEarlierRunIsAPossibleDuplicate) {
    Queue queue;
    queue.add(1, "a,b", anna, true);
    EXPECT_EQ(queue.all(), "a b ");
    EXPECT_EQ(queue.duplicates[1], 1);
}

TEST(OutboundQueue, ForgetsASubscriber) {
    Queue queue;
    queue.add(1, "a,b");
    queue.add(2, "c", bert);
    queue.add(3, "d");
    queue.next();
    queue.queue.forget(anna);
    queue.answer("a", Status::ESME_ROK);
    EXPECT_EQ(queue.all(), "c ");
    EXPECT_TRUE(queue.results.empty());
}

TEST(OutboundQueue, KeepsToItsRateInEverySecond) {
    Queue queue({.capacity = 10'000, .rate = 50});
    for (std::int64_t number = 1; number <= 1000; ++number) queue.add(number, "x");
    std::vector<std::int64_t> times;
    for (const auto end = queue.now + 10 * one_second; queue.now < end; ++queue.now)
        while (!queue.next().empty()) times.push_back(queue.now);
    EXPECT_NEAR(static_cast<double>(times.size()), 500, 2);
    for (std::size_t each = 0; each + 51 < times.size(); ++each)
        ASSERT_GE(times[each + 51] - times[each], one_second) << each;
}

TEST(OutboundQueue, SaysWhenItsRateAllowsTheNext) {
    Queue queue({.rate = 10});
    queue.add(1, "a");
    queue.add(2, "b");
    EXPECT_EQ(queue.all(), "a ");
    EXPECT_EQ(queue.queue.next_ms(queue.now), queue.now + 100);
    queue.now += 100;
    EXPECT_EQ(queue.all(), "b ");
}

TEST(OutboundQueue, AtItsEndItGoesOnWithBegunTextsOnly) {
    Queue queue;
    queue.add(1, "a,b");
    queue.add(2, "c");
    queue.next();
    queue.queue.finish_begun_only();
    EXPECT_EQ(queue.queue.begun(), 1);
    EXPECT_EQ(queue.all(), "b ");
    queue.answer("a", Status::ESME_ROK);
    queue.answer("b", Status::ESME_ROK);
    EXPECT_EQ(queue.queue.begun(), 0);
}

TEST(Throttle, PausesTwiceAsLongEachTimeThatItsOneTryIsThrottledToo) {
    Throttle throttle(100);
    std::int64_t now = 1'000'000;
    std::vector<std::int64_t> pauses;
    for (int time = 0; time < 8; ++time) {
        throttle.throttled(now, now);
        throttle.throttled(now, now + 1);  // of the same burst
        pauses.push_back(throttle.until_ms() - now);
        EXPECT_EQ(throttle.window(), 1);
        now = throttle.until_ms();
    }
    EXPECT_EQ(pauses, (std::vector<std::int64_t>{250, 500, 1000, 2000, 4000, 8000, 10'000, 10'000}));
}

TEST(Throttle, GoesOnWithHalfTheWindowThatGrowsByOneForEachWindowTaken) {
    Throttle throttle(100);
    throttle.throttled(1000, 1000);
    throttle.accepted(999);  // sent before the pause
    EXPECT_EQ(throttle.window(), 1);
    throttle.accepted(1250);
    EXPECT_EQ(throttle.window(), 50);
    for (int each = 0; each < 50; ++each) throttle.accepted(1250);
    EXPECT_EQ(throttle.window(), 51);
    throttle.throttled(1300, 1300);
    EXPECT_EQ(throttle.until_ms(), 1550);
}

}  // namespace
}  // namespace simtrail::tests
