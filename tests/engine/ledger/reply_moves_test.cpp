#include "engine/ledger/reply_moves.hpp"

#include <gmock/gmock.h>

#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger::consents {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum ConsentState;

TEST(Conversation, WordsAndTextsAreConfiguration) {
    LedgerRules rules;
    rules.conversation.grant = {"JA"};
    rules.conversation.request_text = "{tenant}? JA {code}";
    LedgerStory story(rules);
    story.request();
    EXPECT_THAT(story.texts(), ElementsAre("acme Inc.? JA 1000"));
    story.text("yes");
    EXPECT_EQ(story.state(), pending);
    story.text("ja");
    EXPECT_EQ(story.state(), allowed);
}

TEST(Conversation, TheCodeDecidesBetweenRequests) {
    LedgerStory story;
    story.request(asha, "acme");
    story.request(asha, "bolt");
    story.text("YES " + story.code(asha, "bolt"));
    EXPECT_EQ(story.state(asha, "acme"), pending);
    EXPECT_EQ(story.state(asha, "bolt"), allowed);
    EXPECT_THAT(story.texts().back(), HasSubstr("bolt Inc."));
}

TEST(Conversation, RequestsToOneSubscriberHaveDifferentCodes) {
    LedgerStory story;
    story.ids.next_code = 9999;
    story.request(asha, "acme");
    story.ids.next_code = 9999;
    story.request(asha, "bolt");
    EXPECT_EQ(story.code(asha, "acme"), "9999");
    EXPECT_EQ(story.code(asha, "bolt"), "0000");
}

TEST(Conversation, ABareWordCountsOnlyWhereOneRequestWasOpenLately) {
    LedgerStory story;
    story.request(asha, "acme");
    story.request(asha, "bolt");
    story.text("YES");
    EXPECT_EQ(story.state(asha, "acme"), pending);
    EXPECT_EQ(story.state(asha, "bolt"), pending);
    EXPECT_THAT(story.texts().back(), HasSubstr("Which request"));
    story.text("NO " + story.code(asha, "acme"));
    story.text("YES");  // acme's was open two minutes ago: still two
    EXPECT_EQ(story.state(asha, "bolt"), pending);
    story.now += 47 * hour;
    story.request(asha, "bolt");
    story.text("YES");
    EXPECT_EQ(story.state(asha, "bolt"), pending);
    story.now += hour;  // acme's was answered 48 hours ago
    story.text("YES");
    EXPECT_EQ(story.state(asha, "bolt"), allowed);
}

TEST(Conversation, OthersRequestsDoNotMatter) {
    LedgerStory story;
    story.request(asha);
    story.request(ravi);
    story.text("YES", ravi);
    EXPECT_EQ(story.state(ravi), allowed);
    EXPECT_EQ(story.state(asha), pending);
}

TEST(Conversation, StopWithdrawsEverythingOfEveryTenantAndIsConfirmedOnce) {
    LedgerStory story;
    story.allow(asha, "acme");
    story.request(asha, "bolt");
    story.allow(ravi, "acme");
    story.commit();
    story.now += 200 * hour;  // at any time; bolt's lapsed meanwhile
    story.request(asha, "corp");
    story.commit();
    story.text("Stop");
    EXPECT_EQ(story.state(asha, "acme"), revoked);
    EXPECT_EQ(story.state(asha, "bolt"), expired);
    EXPECT_EQ(story.state(asha, "corp"), revoked);
    EXPECT_EQ(story.state(ravi, "acme"), allowed);
    EXPECT_EQ(story.texts().size(), 1);
    story.commit();
    story.text("STOP");
    EXPECT_THAT(story.texts(), IsEmpty());
    EXPECT_THAT(story.events(), IsEmpty());
    EXPECT_THAT(story.steps(), ElementsAre("textReceived"));
}

TEST(Conversation, EveryChangeIsConfirmedOnce) {
    LedgerStory story;
    story.request();
    story.commit();
    story.text("YES");
    EXPECT_EQ(story.texts().size(), 1);
    story.text("YES");
    EXPECT_EQ(story.texts().size(), 1);
}

TEST(Conversation, UnknownNumbersLeaveNothingBehind) {
    LedgerStory story;
    story.allow(asha);
    story.commit();
    for (const char* text : {"YES", "STOP", "hello", "YES 1000"}) story.text(text, ravi);
    EXPECT_TRUE(story.ledger.pending().empty());
}

TEST(Conversation, AnythingElseOfAKnownNumberGetsOneHintAnHour) {
    LedgerStory story;
    story.request(asha, "acme");
    story.request(asha, "bolt");
    story.commit();
    story.text("who is this?");
    EXPECT_EQ(story.state(), pending);
    EXPECT_THAT(story.steps(), ElementsAre("textReceived", "textSent"));
    EXPECT_THAT(story.texts(), ElementsAre(HasSubstr("did not understand")));
    story.commit();
    story.now += hour - 1;
    story.text(story.code());
    story.text("hello?");
    EXPECT_THAT(story.texts(), IsEmpty());
    story.now += 1;
    story.text("hello?");
    EXPECT_EQ(story.texts().size(), 1);
}

TEST(Conversation, WhoSaysBothIsAskedAgainEvenWithinAHintsHour) {
    LedgerStory story;
    story.request();
    story.text("hello?");
    for (const char* text : {"yes no", "no yes", "yes but not now"}) {
        story.commit();
        story.text(text);
        EXPECT_EQ(story.state(), pending) << text;
        EXPECT_THAT(story.texts(), ElementsAre(HasSubstr("Reply YES or NO"))) << text;
        story.now += minute;
    }
}

TEST(Conversation, WhoSaidStopGetsNoHints) {
    LedgerStory story;
    story.allow();
    story.text("STOP");
    story.commit();
    story.text("thanks");
    EXPECT_THAT(story.texts(), IsEmpty());
}

TEST(Conversation, WhoHasNothingToAnswerIsAskedNothing) {
    LedgerStory story;
    story.allow();
    story.text("STOP");
    story.commit();
    story.now += 3 * day;
    story.text("NO");
    EXPECT_THAT(story.texts(), IsEmpty());
}

TEST(Conversation, AnOldYesDoesNotGrantANewRequest) {
    LedgerStory story;
    story.request();
    story.now += 10 * minute;
    story.request();
    story.commit();
    story.text_taken(story.now - 5 * minute, "YES");  // it was held up on its way
    EXPECT_EQ(story.state(), pending);
    EXPECT_THAT(story.texts(), ElementsAre(HasSubstr("Which request")));
    story.text_taken(story.now - 999, "YES");  // a gateway's clock with whole seconds
    EXPECT_EQ(story.state(), allowed);
}

TEST(Conversation, ALockedRequestIsNotRemindedOf) {
    LedgerRules rules;
    rules.reminder_ms = 6 * hour;
    LedgerStory story(rules);
    story.request();
    for (int guess = 0; guess < 5; ++guess) story.text("YES 000" + std::to_string(guess));
    story.commit();
    story.pass(7 * hour);
    EXPECT_THAT(story.texts(), IsEmpty());
}

TEST(Conversation, TwoMachinesThatAskEachOtherFallSilent) {
    LedgerStory story;
    story.request(asha, "acme");
    story.request(asha, "bolt");
    story.commit();
    for (int i = 0; i < 100; ++i, story.now += second) story.text("yes");
    EXPECT_EQ(story.texts().size(), 2);
}

TEST(Conversation, AReminderGoesOutOnceBeforeTheLapse) {
    LedgerRules rules;
    rules.reminder_ms = 6 * hour;
    LedgerStory story(rules);
    story.request();
    story.commit();
    EXPECT_EQ(story.pass(6 * hour - 1), 0);
    EXPECT_EQ(story.pass(1), 1);
    EXPECT_THAT(story.texts(), ElementsAre(AllOf(HasSubstr("still waits"), HasSubstr(story.code()))));
    EXPECT_EQ(story.request().refusal, Refusal::too_soon);
    story.commit();
    EXPECT_EQ(story.pass(18 * hour), 1);  // the lapse
    EXPECT_EQ(story.state(), expired);
    EXPECT_THAT(story.texts(), IsEmpty());
    story.request();
    story.commit();
    story.pass(6 * hour);
    EXPECT_EQ(story.texts().size(), 1);  // of the new request
}

TEST(Conversation, NobodyWhoAnsweredOrWhoseRequestLapsedIsReminded) {
    LedgerRules rules;
    rules.reminder_ms = 6 * hour;
    LedgerStory story(rules);
    story.allow(asha);
    story.request(ravi);
    story.commit();
    story.pass(2 * day);  // the daemon was away meanwhile
    EXPECT_EQ(story.state(ravi), expired);
    EXPECT_THAT(story.texts(), IsEmpty());
}

TEST(Conversation, AConsentPerTripEndsWithTheLastTrackUnderIt) {
    LedgerRules rules;
    rules.consent_per_trip = true;
    LedgerStory story(rules);
    story.allow(asha, "acme");
    story.allow(asha, "bolt");
    story.create("truck");
    story.create("van", hour);
    story.start("truck");
    story.start("van");
    story.stop("truck");
    EXPECT_EQ(story.state(asha, "acme"), allowed);
    story.pass(hour);  // the van's time is over
    EXPECT_EQ(story.state(asha, "acme"), expired);
    EXPECT_EQ(story.state(asha, "bolt"), allowed);
    EXPECT_EQ(story.start("truck").refusal, Refusal::consent_required);
    story.create("bus", hour, asha, "bolt");
    story.start("bus", "bolt");
    story.remove("bus", "bolt");
    EXPECT_EQ(story.state(asha, "bolt"), expired);
}

TEST(Conversation, FiveWrongCodesTakeANewRequest) {
    LedgerStory story;
    story.request();
    for (int guess = 0; guess < 5; ++guess) story.text("YES 000" + std::to_string(guess));
    EXPECT_EQ(story.state(), pending);
    story.commit();
    story.text("YES " + story.code());
    story.text("YES");
    story.text("YES 0009");
    EXPECT_EQ(story.state(), pending);
    EXPECT_THAT(story.texts(), IsEmpty());  // a guesser is not answered any more
    story.now += hour;
    story.request();
    story.text("YES " + story.code());
    EXPECT_EQ(story.state(), allowed);
}

TEST(Conversation, FourWrongCodesDoNot) {
    LedgerStory story;
    story.request();
    for (int guess = 0; guess < 4; ++guess) story.text("YES 000" + std::to_string(guess));
    story.text("YES " + story.code());
    EXPECT_EQ(story.state(), allowed);
}

TEST(Conversation, AReplyOlderThanTheLastChangesNothing) {
    LedgerStory story;
    story.request();
    story.now += 10 * minute;
    story.text_taken(noon + 5 * minute, "NO");
    story.request();
    story.text_taken(noon + 4 * minute, "YES " + story.code());
    EXPECT_EQ(story.state(), pending);
    story.text_taken(noon + 6 * minute, "YES " + story.code());
    EXPECT_EQ(story.state(), allowed);
    story.text_taken(noon + 5 * minute, "STOP");
    EXPECT_EQ(story.state(), allowed);
    story.text_taken(noon + 6 * minute, "STOP");  // not older
    EXPECT_EQ(story.state(), revoked);
}

TEST(Conversation, AGatewayAheadOfTimeDoesNotMuteTheSubscriber) {
    LedgerStory story;
    story.request();
    story.text_taken(story.now + 1000 * day, "YES");
    EXPECT_EQ(story.state(), allowed);
    story.now += minute;
    story.text("STOP");
    EXPECT_EQ(story.state(), revoked);
}

TEST(Conversation, NoAfterYesWithdraws) {
    LedgerStory story;
    story.allow();
    story.create();
    story.start();
    story.text("NO");
    EXPECT_EQ(story.state(), revoked);
    EXPECT_EQ(story.track().reason, StopReason::consent_revoked);
}

TEST(Conversation, AnAnswerAfterTheLapseComesTooLate) {
    LedgerStory story;
    story.request();
    story.now += day;  // no deadline was let fire: the ledger sees it itself
    story.text("YES " + story.code());
    EXPECT_EQ(story.state(), expired);
}

}  // namespace
}  // namespace simtrail::ledger::consents
