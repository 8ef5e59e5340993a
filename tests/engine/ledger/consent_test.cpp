#include <gmock/gmock.h>

#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger::consents {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum ConsentState;

TEST(Consent, IsAskedGrantedAndWithdrawnByTexts) {
    LedgerStory story;
    EXPECT_TRUE(story.request().text_sent);
    EXPECT_EQ(story.state(), pending);
    story.text("yes.");
    EXPECT_EQ(story.state(), allowed);
    EXPECT_EQ(story.create().refusal, Refusal::none);
    story.start();
    story.commit();
    story.position(1);
    EXPECT_EQ(story.track().state, SimTrackState::started);
    story.now += minute;
    story.text("STOP");
    EXPECT_EQ(story.state(), revoked);
    EXPECT_EQ(story.track().state, SimTrackState::stopped);
    EXPECT_EQ(story.track().tracked_ms(story.now), minute);
    EXPECT_THAT(story.events(), ElementsAre("track.started", "consent.updated", "track.stopped"));
}

TEST(Consent, RequestNamesTheTenantAndCarriesAFourDigitCode) {
    LedgerStory story;
    story.ids.next_code = 7;
    story.request();
    ASSERT_EQ(story.texts().size(), 1);
    EXPECT_THAT(story.texts()[0], ::testing::HasSubstr("acme Inc."));
    EXPECT_THAT(story.texts()[0], ::testing::HasSubstr("YES 0007"));
    EXPECT_EQ(story.ledger.pending().texts[0].to, asha);
    EXPECT_EQ(story.ledger.pending().texts[0].tenant, "acme");
}

TEST(Consent, TimesAreZeroUntilTheyHaveHappened) {
    LedgerStory story;
    const Consent asked = *story.request().consent;
    EXPECT_EQ(asked.requested_ms, noon);
    EXPECT_EQ(asked.received_ms, 0);
    EXPECT_EQ(asked.expires_ms, noon + day);
    story.now += hour;
    story.text("YES");
    const Consent& given = *story.ledger.consent("acme", asha);
    EXPECT_EQ(given.received_ms, noon + hour);
    EXPECT_EQ(given.expires_ms, noon + hour + 365 * day);
    EXPECT_EQ(given.ended_ms, 0);
    story.revoke();
    story.now += hour;
    EXPECT_EQ(story.request().consent->received_ms, 0);  // of the new request
}

TEST(Consent, OneTextAnIntervalWhilePendingDeniedOrRevoked) {
    for (const char* reply : {"", "NO", "STOP"}) {
        LedgerStory story;
        story.request();
        story.now += minute;
        if (*reply != '\0') story.text(reply);
        story.commit();
        const Decision again = story.request();
        EXPECT_EQ(again.refusal, Refusal::too_soon) << reply;
        EXPECT_EQ(again.retry_after_ms, 4 * minute) << reply;
        EXPECT_TRUE(story.ledger.pending().empty()) << reply;
        story.now += 4 * minute;
        EXPECT_TRUE(story.request().text_sent) << reply;
    }
}

TEST(Consent, AnotherTenantHasItsOwnInterval) {
    LedgerStory story;
    story.request(asha, "acme");
    EXPECT_TRUE(story.request(asha, "bolt").text_sent);
    EXPECT_TRUE(story.request(ravi, "acme").text_sent);
}

TEST(Consent, AskedAgainWhilePendingHasANewCodeAndLapsesAnew) {
    LedgerStory story;
    story.request();
    const std::string old_code = story.code();
    story.now += hour;
    story.request();
    EXPECT_NE(story.code(), old_code);
    story.text("YES " + old_code);
    EXPECT_EQ(story.state(), pending);
    story.pass(day - minute);
    EXPECT_EQ(story.state(), pending);
    story.pass(minute);
    EXPECT_EQ(story.state(), expired);
}

TEST(Consent, AskedWhileAllowedSendsNothingAndTakesTheCallback) {
    LedgerStory story;
    story.allow();
    story.commit();
    const Decision again = story.ledger.apply(
        RequestConsent{.caller = story.tenant("acme"), .msisdn = asha, .callback = story.target("https://new")},
        story.now);
    EXPECT_EQ(again.consent->state, allowed);
    EXPECT_FALSE(again.text_sent);
    EXPECT_THAT(story.texts(), IsEmpty());
    story.revoke();
    EXPECT_EQ(story.ledger.pending().callbacks.at(0).target.url, "https://new");
}

TEST(Consent, AnAbsentCallbackLeavesTheEarlierOne) {
    LedgerStory story;
    story.request();
    story.now += hour;
    story.ledger.apply(RequestConsent{.caller = story.tenant("acme"), .msisdn = asha, .callback = {}}, story.now);
    EXPECT_EQ(story.ledger.consent("acme", asha)->callback, story.target("https://acme/c"));
}

TEST(Consent, ChangesAreToldWithTheStateRightAfterEach) {
    LedgerStory story;
    story.request();
    story.text("YES");
    story.text("STOP");
    std::vector<ConsentState> told;
    for (const OutgoingCallback& callback : story.ledger.pending().callbacks)
        told.push_back(std::get<Consent>(callback.subject).state);
    EXPECT_THAT(told, ElementsAre(pending, allowed, revoked));
    EXPECT_EQ(story.ledger.pending().consents.size(), 1);  // one record, as it is now
    EXPECT_EQ(story.ledger.pending().consents[0].state, revoked);
}

TEST(Consent, ExpiryStopsRunningTracksAtItsTime) {
    LedgerStory story({.consent_validity_ms = hour});
    story.allow();
    story.create("running");
    story.create("waiting");
    story.start("running");
    story.commit();
    EXPECT_EQ(story.pass(hour), 1);
    EXPECT_EQ(story.state(), expired);
    EXPECT_EQ(story.track(1).reason, StopReason::consent_expired);
    EXPECT_THAT(story.track(1).windows, ElementsAre(Window{noon, noon + hour}));
    EXPECT_EQ(story.track(2).state, SimTrackState::stopped);  // every track of it
    EXPECT_EQ(story.start("running").refusal, Refusal::consent_required);
}

TEST(Consent, WithdrawalTakesEffectBeforeTheNextCommand) {
    LedgerStory story;
    story.allow();
    story.create();
    story.revoke();
    EXPECT_EQ(story.start().refusal, Refusal::consent_required);
    EXPECT_EQ(story.create("another").refusal, Refusal::consent_required);
}

TEST(Consent, WithdrawalOfOneTenantLeavesTheOthers) {
    LedgerStory story;
    story.allow(asha, "acme");
    story.allow(asha, "bolt");
    story.create("truck", hour, asha, "acme");
    story.create("truck", hour, asha, "bolt");
    story.start("truck", "acme");
    story.start("truck", "bolt");
    story.revoke(asha, "acme");
    EXPECT_EQ(story.track(1).state, SimTrackState::stopped);
    EXPECT_EQ(story.track(1).reason, StopReason::consent_revoked);
    EXPECT_EQ(story.track(2).state, SimTrackState::initiated);
    EXPECT_EQ(story.state(asha, "bolt"), allowed);
}

TEST(Consent, GivenAgainDoesNotResumeTracksByItself) {
    LedgerStory story;
    story.allow();
    story.create();
    story.start();
    story.position(1);
    story.now += minute;
    story.revoke();
    story.now += hour;
    story.allow();
    EXPECT_EQ(story.track().state, SimTrackState::stopped);
    story.start();
    EXPECT_EQ(story.track().state, SimTrackState::started);
    EXPECT_THAT(story.track().windows, ElementsAre(Window{noon, noon + minute}, Window{noon + minute + hour, 0}));
}

TEST(Consent, ErasingOnWithdrawalDeletesItsTracks) {
    LedgerStory story({.erase_on_withdrawal = true});
    story.allow(asha, "acme");
    story.allow(asha, "bolt");
    story.create("truck", hour, asha, "acme");
    story.create("van", hour, asha, "bolt");
    story.start();
    story.commit();
    story.revoke();
    EXPECT_EQ(story.ledger.track(1), nullptr);
    EXPECT_NE(story.ledger.track(2), nullptr);
    EXPECT_THAT(story.ledger.pending().removed_tracks, ElementsAre(1));
    EXPECT_THAT(story.events(), ElementsAre("consent.updated", "track.stopped", "track.deleted"));
    EXPECT_THAT(story.ledger.pending().gate.at(0).windows, IsEmpty());
}

TEST(Consent, DeniedAndUnansweredNumbersArePurged) {
    for (const char* reply : {"NO", ""}) {
        LedgerStory story;
        story.request();
        if (*reply != '\0') story.text(reply);
        story.commit();
        story.pass(30 * day + (*reply == '\0' ? day : 0) - 1);
        EXPECT_NE(story.state(), none);
        story.commit();
        story.pass(1);
        EXPECT_EQ(story.state(), none);
        EXPECT_THAT(story.ledger.pending().removed_consents, ElementsAre(1));
        EXPECT_THAT(story.ledger.pending().purged_subscribers, ElementsAre(asha));
    }
}

TEST(Consent, OnceAllowedIsKeptAsLongAsTraces) {
    LedgerStory story;
    story.allow();
    story.revoke();
    story.commit();
    story.pass(90 * day - 1);
    EXPECT_EQ(story.state(), revoked);
    story.pass(1);
    EXPECT_EQ(story.state(), none);
    EXPECT_THAT(story.ledger.pending().purged_subscribers, ElementsAre(asha));
}

TEST(Consent, NobodyIsPurgedOfWhomAnotherRecordIsLeft) {
    LedgerStory story;
    story.request(asha, "acme");
    story.allow(asha, "bolt");
    story.text("NO " + story.code(asha, "acme"));
    story.commit();
    story.pass(31 * day);
    EXPECT_EQ(story.state(asha, "acme"), none);
    EXPECT_THAT(story.ledger.pending().purged_subscribers, IsEmpty());
}

TEST(Consent, TheLastTrackTakesTheNumberWithIt) {
    LedgerStory story;
    story.allow();
    story.create("truck", 60 * day);
    story.now += hour;
    story.start();  // ends in 60 days, and is kept 90 more
    story.revoke();
    story.pass(100 * day);
    EXPECT_EQ(story.state(), none);
    EXPECT_THAT(story.ledger.pending().purged_subscribers, IsEmpty());
    story.pass(51 * day);
    EXPECT_THAT(story.ledger.pending().purged_subscribers, ElementsAre(asha));
    EXPECT_THAT(story.ledger.pending().evidence, IsEmpty());
}

TEST(Consent, ErasureLeavesNothingAndTellsNobody) {
    LedgerStory story;
    story.allow(asha, "acme");
    story.allow(asha, "bolt");
    story.allow(ravi, "acme");
    story.create();
    story.start();
    story.create("other", hour, ravi);
    story.ledger.apply(EraseSubscriber{asha}, story.now);
    const LedgerChanges& pending_changes = story.ledger.pending();
    EXPECT_THAT(pending_changes.erased_subscribers, ElementsAre(asha));
    EXPECT_THAT(pending_changes.purged_subscribers, IsEmpty());
    EXPECT_THAT(pending_changes.removed_consents, ::testing::UnorderedElementsAre(1, 2));
    EXPECT_THAT(pending_changes.removed_tracks, ElementsAre(1));
    for (const auto& evidence : pending_changes.evidence) EXPECT_EQ(evidence.msisdn, ravi);
    for (const auto& text : pending_changes.texts) EXPECT_EQ(text.to, ravi);
    for (const auto& consent : pending_changes.consents) EXPECT_EQ(consent.msisdn, ravi);
    for (const auto& track : pending_changes.tracks) EXPECT_EQ(track.msisdn, ravi);
    EXPECT_THAT(story.events(), ElementsAre("consent.updated", "consent.updated"));  // ravi's
    EXPECT_EQ(story.state(asha, "acme"), none);
    EXPECT_EQ(story.state(ravi, "acme"), allowed);
    EXPECT_EQ(story.ledger.apply(EraseSubscriber{asha}, story.now).refusal, Refusal::not_found);
}

TEST(Consent, EvidenceSaysWhoWhatWhenAndThroughWhichGateway) {
    LedgerStory story;
    story.request();
    story.now += minute;
    story.text("Yes 1000");
    const auto& steps = story.ledger.pending().evidence;
    ASSERT_THAT(story.steps(), ElementsAre("requested", "textSent", "textReceived", "allowed", "textSent"));
    EXPECT_EQ(steps[0].actor, "k-acme");
    EXPECT_EQ(steps[1].text, story.texts()[0]);
    EXPECT_EQ(steps[1].gateway, "console");
    EXPECT_EQ(steps[2].text, "Yes 1000");
    EXPECT_EQ(steps[2].gateway, "console");
    EXPECT_EQ(steps[2].at_ms, noon + minute);
    EXPECT_EQ(steps[3].actor, "subscriber");
    for (std::size_t i = 0; i < steps.size(); ++i) {
        EXPECT_EQ(steps[i].number, static_cast<std::int64_t>(i + 1));
        EXPECT_EQ(steps[i].msisdn, asha);
        EXPECT_EQ(steps[i].tenant, "acme");
    }
}

}  // namespace
}  // namespace simtrail::ledger::consents
