#include "engine/ledger/sim_track.hpp"

#include <gmock/gmock.h>

#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger::sim_tracks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum SimTrackState;

struct TrackStory : LedgerStory {
    explicit TrackStory(LedgerRules given = {}) : LedgerStory(std::move(given)) {
        allow();
        commit();
    }
};

TEST(SimTrack, IdIsACanonicalUuidWithThePrefix) {
    EXPECT_EQ(track_id_of({0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0x4D, 0xEF, 0x80, 0, 0, 0, 0, 0, 0, 0xFF}),
              "mts:track:01234567-89ab-4def-8000-0000000000ff");
}

TEST(SimTrack, TrackedTimeIsTheSumOfItsWindows) {
    SimTrack track{.msisdn = asha};
    EXPECT_EQ(track.tracked_ms(noon), 0);
    track.earlier_ms = 7;
    track.windows = {{noon, noon + 10}, {noon + 20, 0}};
    EXPECT_EQ(track.tracked_ms(noon + 25), 22);
    EXPECT_EQ(track.tracked_ms(noon - hour), 17);  // the clock went back
}

TEST(SimTrack, NeedsAnAllowedConsentOfItsTenant) {
    TrackStory story;
    EXPECT_EQ(story.create("a", hour, ravi).refusal, Refusal::consent_required);
    EXPECT_EQ(story.create("a", hour, asha, "bolt").refusal, Refusal::consent_required);
    EXPECT_EQ(story.create("a").refusal, Refusal::none);
}

TEST(SimTrack, NamesAreUniquePerTenantUntilDeleted) {
    TrackStory story;
    story.allow(asha, "bolt");
    EXPECT_EQ(story.create("truck").refusal, Refusal::none);
    EXPECT_EQ(story.create("truck").refusal, Refusal::name_taken);
    EXPECT_EQ(story.create("truck", hour, asha, "bolt").refusal, Refusal::none);
    EXPECT_EQ(story.create("Truck").refusal, Refusal::none);
    story.commit();
    EXPECT_EQ(story.create("truck").refusal, Refusal::name_taken);
    story.remove("truck");
    EXPECT_EQ(story.create("truck").refusal, Refusal::none);
    story.commit();
    EXPECT_EQ(story.create("truck").refusal, Refusal::name_taken);
    EXPECT_EQ(story.book.track_by_name("acme", "truck")->number, 4);
}

TEST(SimTrack, ANameIsFreeWhenItsTrackIsDueToGo) {
    TrackStory story;
    story.allow(ravi);
    story.create("truck", hour, asha);
    story.now += day;  // unstarted for a day, and nobody let the deadline fire
    EXPECT_EQ(story.create("truck", hour, ravi).refusal, Refusal::none);
}

TEST(SimTrack, NamesAreMadeWhenAbsent) {
    TrackStory story;
    const SimTrack made = *story.create("").track;
    EXPECT_EQ(made.name, "track-" + made.track_id.substr(10, 8));
    EXPECT_EQ(story.book.track_by_name("acme", made.name), nullptr);
    story.commit();
    EXPECT_EQ(story.book.track_by_name("acme", made.name)->number, made.number);
}

TEST(SimTrack, IsFoundByIdAndByNameAndByNobodyElse) {
    TrackStory story;
    const std::string track_id = story.create().track->track_id;
    EXPECT_EQ(story.start(track_id).track->number, 1);
    EXPECT_EQ(story.stop("truck").track->number, 1);
    EXPECT_EQ(story.start(track_id, "bolt").refusal, Refusal::not_found);
    EXPECT_EQ(story.start("truck", "bolt").refusal, Refusal::not_found);
    EXPECT_EQ(story.remove("nothing").refusal, Refusal::not_found);
    EXPECT_EQ(story.stop("mts:track:nothing").refusal, Refusal::not_found);
}

TEST(SimTrack, MayStartAtOnce) {
    TrackStory story;
    const Decision made = story.ledger.apply(CreateSimTrack{.caller = story.tenant("acme"),
                                                            .msisdn = asha,
                                                            .name = "now",
                                                            .external_ref = {},
                                                            .start = true,
                                                            .expiry_ms = hour,
                                                            .callback = {}},
                                             story.now);
    EXPECT_EQ(made.track->state, initiated);
    EXPECT_EQ(made.track->started_ms, noon);
    ASSERT_EQ(story.ledger.pending().gate.size(), 1);
    EXPECT_EQ(story.ledger.pending().gate[0].msisdn, asha);
    EXPECT_THAT(story.ledger.pending().gate[0].windows, ElementsAre(Window{noon, 0}));
}

TEST(SimTrack, StartsWithItsFirstPosition) {
    TrackStory story;
    story.create();
    story.start();
    EXPECT_THAT(story.events(), IsEmpty());
    story.now += second;
    story.position(1);
    EXPECT_EQ(story.track().state, started);
    ASSERT_THAT(story.events(), ElementsAre("track.started"));
    EXPECT_EQ(story.ledger.pending().callbacks[0].at_ms, noon + second);
    story.position(1);
    EXPECT_EQ(story.events().size(), 1);
}

TEST(SimTrack, RepeatedStartAndStopChangeNothing) {
    TrackStory story;
    story.create();
    story.start();
    story.commit();
    story.now += minute;
    EXPECT_EQ(story.start().refusal, Refusal::none);
    EXPECT_TRUE(story.ledger.pending().empty());
    story.stop();
    story.commit();
    story.now += minute;
    EXPECT_EQ(story.stop().refusal, Refusal::none);
    EXPECT_TRUE(story.ledger.pending().empty());
    EXPECT_EQ(story.track().stopped_ms, noon + minute);
}

TEST(SimTrack, ACallbackGivenReplacesTheEarlierOneEvenWhereNothingElseChanges) {
    TrackStory story;
    story.create();
    story.start();
    story.ledger.apply(
        StartSimTrack{.caller = story.tenant("acme"), .track = {"truck"}, .callback = story.target("https://new")},
        story.now);
    story.stop();
    EXPECT_EQ(story.ledger.pending().callbacks.at(0).target.url, "https://new");
}

TEST(SimTrack, StopAndStartGoOnWithTheSameTrace) {
    TrackStory story;
    story.create();
    story.start();
    story.position(1);
    story.now += minute;
    story.stop();
    EXPECT_EQ(story.track().stopped_ms, noon + minute);
    story.now += minute;
    story.start();
    EXPECT_EQ(story.track().state, started);
    EXPECT_EQ(story.track().stopped_ms, 0);
    EXPECT_EQ(story.track().started_ms, noon);
    EXPECT_THAT(story.events(), ElementsAre("track.started", "track.stopped", "track.started"));
    story.now += minute;
    EXPECT_EQ(story.track().tracked_ms(story.now), 2 * minute);
}

TEST(SimTrack, StoppedReasonIsInTheCallback) {
    TrackStory story;
    story.create();
    story.start();
    story.stop();
    const auto& subject = std::get<SimTrack>(story.ledger.pending().callbacks.at(0).subject);
    EXPECT_EQ(subject.reason, StopReason::requested);
    EXPECT_EQ(subject.state, stopped);
}

TEST(SimTrack, ExpiryCountsFromTheFirstStart) {
    TrackStory story;
    story.create("truck", hour);
    story.start();
    story.position(1);
    story.now += 10 * minute;
    story.stop();
    story.now += 10 * minute;
    story.start();
    story.commit();
    EXPECT_EQ(story.ledger.next_due_ms(), noon + hour);
    story.pass(40 * minute);
    EXPECT_EQ(story.track().state, expired);
    EXPECT_THAT(story.track().windows,
                ElementsAre(Window{noon, noon + 10 * minute}, Window{noon + 20 * minute, noon + hour}));
    EXPECT_EQ(story.start().refusal, Refusal::track_expired);
    EXPECT_EQ(story.stop().refusal, Refusal::none);
}

TEST(SimTrack, StartAfterTheExpiryIsRefusedBeforeTheDeadlineFires) {
    TrackStory story;
    story.create("truck", hour);
    story.start();
    story.stop();
    story.now += hour;
    EXPECT_EQ(story.start().refusal, Refusal::track_expired);
    EXPECT_EQ(story.track().state, expired);
    EXPECT_EQ(story.pass(0), 0);
}

TEST(SimTrack, ExpiresWhileStoppedAndKeepsWhenItStopped) {
    TrackStory story;
    story.create("truck", hour);
    story.start();
    story.now += minute;
    story.stop();
    story.commit();
    story.pass(hour);
    EXPECT_EQ(story.track().state, expired);
    EXPECT_EQ(story.track().stopped_ms, noon + minute);
    EXPECT_THAT(story.events(), ElementsAre("track.expired"));
}

TEST(SimTrack, UnstartedForADayIsDeleted) {
    TrackStory story;
    story.create();
    story.commit();
    story.pass(day - 1);
    EXPECT_NE(story.ledger.track(1), nullptr);
    story.pass(1);
    EXPECT_EQ(story.ledger.track(1), nullptr);
    EXPECT_THAT(story.events(), ElementsAre("track.deleted"));
    EXPECT_THAT(story.ledger.pending().removed_tracks, ElementsAre(1));
}

TEST(SimTrack, EndedForTheRetentionGoesWithItsTrace) {
    TrackStory story;
    story.create("truck", hour);
    story.start();
    story.pass(hour);
    story.commit();
    story.pass(90 * day - 1);
    EXPECT_NE(story.ledger.track(1), nullptr);
    story.pass(1);
    EXPECT_EQ(story.ledger.track(1), nullptr);
    EXPECT_THAT(story.events(), IsEmpty());
    EXPECT_THAT(story.ledger.pending().gate.at(0).windows, IsEmpty());
}

TEST(SimTrack, DeletionShutsTheGateAndTellsIt) {
    TrackStory story;
    story.create();
    story.start();
    story.commit();
    story.now += minute;
    const Decision gone = story.remove();
    EXPECT_EQ(gone.refusal, Refusal::none);
    EXPECT_THAT(story.events(), ElementsAre("track.deleted"));
    const auto& told = std::get<SimTrack>(story.ledger.pending().callbacks[0].subject);
    EXPECT_EQ(told.state, stopped);
    EXPECT_EQ(told.tracked_ms(story.now + day), minute);
    EXPECT_THAT(story.ledger.pending().gate.at(0).windows, IsEmpty());
    EXPECT_EQ(story.remove().refusal, Refusal::not_found);
}

TEST(SimTrack, SilenceIsToldOnceUntilAPositionComes) {
    TrackStory story;
    story.create();
    story.start();
    story.position(1);
    story.commit();
    story.silence(1);
    story.silence(1);
    EXPECT_THAT(story.events(), ElementsAre("device.silent"));
    EXPECT_TRUE(story.track().silent);
    story.position(1);
    EXPECT_FALSE(story.track().silent);
    story.silence(1);
    EXPECT_EQ(story.events().size(), 2);
    EXPECT_EQ(story.position(99).refusal, Refusal::not_found);
    EXPECT_EQ(story.silence(99).refusal, Refusal::not_found);
}

TEST(SimTrack, APositionThatComesAfterTheStopIsRemembered) {
    TrackStory story;
    story.create();
    story.start();
    story.stop();
    story.position(1);
    EXPECT_EQ(story.track().state, stopped);
    story.start();
    EXPECT_EQ(story.track().state, started);
}

TEST(SimTrack, SeveralTracksOfOneSubscriberLiveTheirOwnLives) {
    TrackStory story;
    story.create("a");
    story.create("b");
    story.start("a");
    story.start("b");
    story.now += minute;
    story.stop("a");
    EXPECT_EQ(story.track(1).state, stopped);
    EXPECT_EQ(story.track(2).state, initiated);
    EXPECT_EQ(story.ledger.pending().gate.size(), 2);
}

TEST(SimTrack, WindowsAreBoundedAndTheTimeOfOldOnesIsKept) {
    TrackStory story;
    story.create("truck", day);
    for (int round = 0; round < 100; ++round) {
        story.start();
        story.now += second;
        story.stop();
        story.now += second;
        story.commit();
    }
    EXPECT_EQ(story.track().windows.size(), 64);
    EXPECT_EQ(story.track().earlier_ms, 36 * second);
    EXPECT_EQ(story.track().tracked_ms(story.now), 100 * second);
}

TEST(SimTrack, StoppedAndStartedInOneMomentIsOneWindow) {
    TrackStory story;
    story.create();
    story.start();
    story.now += minute;
    story.stop();
    story.start();
    EXPECT_THAT(story.track().windows, ElementsAre(Window{noon, 0}));
}

}  // namespace
}  // namespace simtrail::ledger::sim_tracks
