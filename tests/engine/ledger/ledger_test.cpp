// Time, commits and roll-backs; what lies in the book.

#include "engine/ledger/ledger.hpp"

#include <gmock/gmock.h>

#include "engine/ledger/records.hpp"
#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ledger, DeadlinesThatPassedWhileItWasDownFireOnceInOrderAtTheirTimes) {
    LedgerStory story({.consent_validity_ms = 2 * hour});
    story.allow();
    story.create("a", hour);
    story.create("b", 3 * hour);
    story.start("a");
    story.start("b");
    story.commit();
    Ledger after_restart(story.book, story.rules, story.ids);
    EXPECT_EQ(after_restart.next_due_ms(), noon + hour);
    EXPECT_EQ(after_restart.fire_due(noon + day, 1000), 3);
    EXPECT_EQ(after_restart.fire_due(noon + day, 1000), 0);
    std::vector<std::pair<std::string_view, std::int64_t>> told;
    for (const auto& callback : after_restart.pending().callbacks)
        told.emplace_back(event_type_names[static_cast<std::size_t>(callback.type)], callback.at_ms - noon);
    EXPECT_THAT(told,
                ElementsAre(::testing::Pair("track.expired", hour), ::testing::Pair("consent.updated", 2 * hour),
                            ::testing::Pair("track.stopped", 2 * hour), ::testing::Pair("track.expired", 3 * hour)));
    EXPECT_THAT(after_restart.track(1)->windows, ElementsAre(Window{noon, noon + hour}));
    EXPECT_THAT(after_restart.track(2)->windows, ElementsAre(Window{noon, noon + 2 * hour}));
}

TEST(Ledger, FiresAtMostAsManyAsAsked) {
    LedgerStory story;
    story.allow();
    for (const char* name : {"a", "b", "c"}) story.create(name);
    story.commit();
    story.now += day;
    EXPECT_EQ(story.ledger.fire_due(story.now, 2), 2);
    EXPECT_EQ(story.ledger.fire_due(story.now, 2), 1);
    EXPECT_EQ(story.ledger.fire_due(story.now, 2), 0);
}

TEST(Ledger, NextDueIsTheSoonestThatStillHolds) {
    LedgerStory story;
    EXPECT_EQ(story.ledger.next_due_ms(), std::nullopt);
    story.request();
    EXPECT_EQ(story.ledger.next_due_ms(), noon + day);
    story.text("YES");
    EXPECT_EQ(story.ledger.next_due_ms(), noon + 365 * day);
    story.create();
    EXPECT_EQ(story.ledger.next_due_ms(), noon + day);
    story.remove();
    EXPECT_EQ(story.ledger.next_due_ms(), noon + 365 * day);
    story.ledger.apply(EraseSubscriber{asha}, story.now);
    EXPECT_EQ(story.ledger.next_due_ms(), std::nullopt);
}

TEST(Ledger, RollBackIsAsIfNothingHadBeenAsked) {
    LedgerStory story;
    story.allow();
    story.create();
    story.start();
    story.commit();
    const auto due = story.ledger.next_due_ms();
    const Counters before = story.ledger.counters();
    story.text("STOP");
    story.allow(ravi);
    story.create("other", hour, ravi);
    story.remove();
    story.ledger.rolled_back();
    EXPECT_TRUE(story.ledger.pending().empty());
    EXPECT_EQ(story.state(), ConsentState::allowed);
    EXPECT_EQ(story.state(ravi), ConsentState::none);
    EXPECT_EQ(story.track().state, SimTrackState::initiated);
    EXPECT_EQ(story.ledger.track(2), nullptr);
    EXPECT_EQ(story.ledger.next_due_ms(), due);
    EXPECT_EQ(story.ledger.counters().track, before.track);
    EXPECT_EQ(story.ledger.counters().evidence, before.evidence);
}

TEST(Ledger, ADeadlineWhoseCommitFailedFiresAgain) {
    LedgerStory story;
    story.allow();
    story.create();
    story.commit();
    EXPECT_EQ(story.pass(day), 1);
    story.ledger.rolled_back();
    EXPECT_NE(story.ledger.track(1), nullptr);
    EXPECT_EQ(story.pass(0), 1);
    story.commit();
    EXPECT_EQ(story.pass(0), 0);
}

TEST(Ledger, NumbersAreNotGivenTwiceEvenWhereTheRecordNeverBecameDurable) {
    LedgerStory story;
    story.allow();
    story.create();
    story.remove();
    story.commit();
    EXPECT_EQ(story.book.counters().track, 1);
    EXPECT_EQ(story.create().track->number, 2);
    story.commit();
    LedgerBook loaded;
    loaded.load({*story.book.consent(1)}, {*story.book.track(2)}, story.ledger.counters());
    Ledger restarted(loaded, story.rules, story.ids);
    const auto made = restarted.apply(CreateSimTrack{.caller = story.tenant("acme"),
                                                     .msisdn = asha,
                                                     .name = "x",
                                                     .external_ref = {},
                                                     .expiry_ms = hour,
                                                     .callback = {}},
                                      story.now);
    EXPECT_EQ(made.track->number, 3);
}

TEST(Ledger, AClockThatGoesBackOpensNoWindowBeforeTheConsentOrTheLastStop) {
    LedgerStory story;
    story.allow();
    story.create();
    story.now -= hour;
    story.start();
    EXPECT_THAT(story.track().windows, ElementsAre(Window{noon, 0}));
    EXPECT_EQ(story.track().tracked_ms(story.now), 0);
    story.now += 2 * hour;
    story.stop();
    story.now -= hour;
    story.start();
    story.now -= minute;
    story.text("STOP");
    EXPECT_EQ(story.state(), ConsentState::revoked);
    for (const Window& window : story.track().windows) {
        EXPECT_GE(window.from_ms, noon);
        EXPECT_GE(window.until_ms, window.from_ms);
    }
    EXPECT_EQ(story.track().tracked_ms(story.now), hour);
}

TEST(Ledger, AClockThatGoesBackNeitherLengthensNorLosesAConsent) {
    LedgerStory story;
    story.allow();
    story.commit();
    const std::int64_t expires_ms = story.ledger.consent("acme", asha)->expires_ms;
    story.now -= hour;
    EXPECT_EQ(story.pass(0), 0);
    EXPECT_EQ(story.request().consent->state, ConsentState::allowed);
    EXPECT_EQ(story.ledger.consent("acme", asha)->expires_ms, expires_ms);
    story.revoke();
    EXPECT_EQ(story.request().retry_after_ms, 5 * minute);  // not an hour and five minutes
}

TEST(LedgerBook, FindsByEveryWayAndCounts) {
    LedgerStory story;
    for (const char* tenant : {"acme", "bolt"})
        for (const Msisdn who : {asha, ravi}) story.allow(who, tenant);
    story.request(number("1"), "acme");
    for (const char* name : {"a", "b", "c"}) story.create(name);
    story.create("a", hour, ravi, "bolt");
    story.start("b");
    story.commit();
    const LedgerBook& book = story.book;
    EXPECT_EQ(book.consent("bolt", ravi)->msisdn, ravi);
    EXPECT_EQ(book.consent("corp", ravi), nullptr);
    EXPECT_THAT(book.consents_of(asha), ElementsAre(1, 3));
    EXPECT_THAT(book.tracks_of(asha), ElementsAre(1, 2, 3));
    EXPECT_THAT(book.tracks_of("acme", 1, 10), ElementsAre(2, 3));
    EXPECT_THAT(book.tracks_of("acme", 0, 2), ElementsAre(1, 2));
    EXPECT_THAT(book.tracks_of("corp", 0, 2), IsEmpty());
    EXPECT_EQ(book.track_by_msisdn("acme", asha)->name, "c");
    EXPECT_EQ(book.track_by_msisdn("acme", ravi), nullptr);
    EXPECT_EQ(book.track_by_name("bolt", "a")->number, 4);
    EXPECT_EQ(book.track_by_id(book.track(2)->track_id)->name, "b");
    std::vector<TrackNumber> running;
    book.for_each_running([&](const SimTrack& track) { running.push_back(track.number); });
    EXPECT_THAT(running, ElementsAre(2));
    EXPECT_THAT(book.consents_by_state(), ElementsAre(0, 1, 4, 0, 0, 0));
    EXPECT_THAT(book.tracks_by_state(), ElementsAre(3, 1, 0, 0, 0));
    story.remove("b");
    story.text("STOP", asha);
    story.commit();
    EXPECT_THAT(book.tracks_of("acme", 0, 10), ElementsAre(1, 3));
    EXPECT_THAT(book.consents_by_state(), ElementsAre(0, 1, 2, 0, 2, 0));
    EXPECT_THAT(book.tracks_by_state(), ElementsAre(1, 0, 0, 2, 0));
}

TEST(LedgerBook, ListsOfATenantStandManyRemovals) {
    NumberList list;
    for (std::uint32_t each = 1; each <= 1000; ++each) list.add(each);
    for (std::uint32_t each = 1; each <= 1000; ++each)
        if (each % 10 != 0) list.remove(each);
    EXPECT_THAT(list.above(15, 3), ElementsAre(20, 30, 40));
    EXPECT_EQ(list.above(0, 5000).size(), 100);
}

TEST(LedgerBook, IndexFindsWhatIsThereAndNothingElseThroughManyChanges) {
    NumberIndex index;
    const auto hash = [](std::uint32_t each) { return each * 7 % 64; };  // crowded
    const auto has = [&](std::uint32_t each) {
        return index.find(hash(each), [&](std::uint32_t found) { return found == each; }) == each;
    };
    for (std::uint32_t each = 1; each <= 500; ++each) index.add(hash(each), each);
    for (std::uint32_t each = 1; each <= 500; each += 3) index.remove(hash(each), each);
    for (std::uint32_t each = 1; each <= 500; ++each) EXPECT_EQ(has(each), each % 3 != 1) << each;
    index.remove(hash(1), 1);  // not there: nothing happens
    EXPECT_TRUE(has(2));
}

}  // namespace
}  // namespace simtrail::ledger
