#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "storage/callback_outbox.hpp"
#include "storage/connection.hpp"
#include "storage/ledger_text.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "tests/support/forgetful_vfs.hpp"
#include "tests/support/made_ledger.hpp"
#include "tests/support/places.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::storage {
namespace {

using ledger::LedgerBatch;
using ledger::LedgerChanges;
using testing::MadeLedger;

/// The ledger as it must be after batches: by hand, in maps.
struct Expected {
    std::map<std::uint32_t, ledger::Consent> consents;
    std::map<TrackNumber, ledger::SimTrack> tracks;
    std::map<std::int64_t, ledger::OutgoingText> texts;
    std::map<std::int64_t, ledger::StoredCallback> outbox;
    std::vector<ledger::IdempotentAnswer> answers;
    std::map<std::string, ledger::SourcePosition> sources;
    ledger::Counters counters;

    template <class Map>
    static auto values(const Map& map) {
        std::vector<typename Map::mapped_type> values;
        for (const auto& [key, value] : map) values.push_back(value);
        return values;
    }

    void expect_in(SqliteTraceStore& store) const {
        const ledger::LedgerRecovery found = store.recover_ledger();
        EXPECT_TRUE(found.consents == values(consents));
        EXPECT_TRUE(found.tracks == values(tracks));
        EXPECT_TRUE(store.waiting_texts(0, 1'000'000) == values(texts));
        EXPECT_TRUE(found.answers == answers);
        EXPECT_TRUE(found.sources == values(sources));
        EXPECT_TRUE(found.counters == counters);
        EXPECT_TRUE(store.due_callbacks(some_time, 1'000'000) == due());
    }

   private:
    static constexpr std::int64_t some_time = 1LL << 41;  // half of the made ones are due

    std::vector<ledger::StoredCallback> due() const {
        std::set<std::uint64_t> lanes;
        std::vector<ledger::StoredCallback> due;
        for (const auto& [number, callback] : outbox)
            if (!callback.dead && lanes.insert(callback.lane).second && callback.next_ms <= some_time)
                due.push_back(callback);
        std::ranges::sort(due, {}, [](const auto& c) { return std::pair(c.next_ms, c.number); });
        return due;
    }
};

/// A batch of made changes, and what the ledger holds with them.
class MadeBatches {
   public:
    explicit MadeBatches(std::uint64_t seed) : made_(seed) {}

    const LedgerBatch& next(Expected& expected) {
        changes_ = {};
        batch_ = {.changes = &changes_};
        add_consents(expected);
        add_tracks(expected);
        add_outboxes(expected);
        add_results(expected);
        if (made_.below(2) == 0) {
            batch_.answers.push_back(made_.answer());
            expected.answers.push_back(batch_.answers.back());
            batch_.sources.push_back({"probe-" + std::to_string(made_.below(3)), made_.below(1 << 20)});
            expected.sources[batch_.sources.back().source] = batch_.sources.back();
        }
        batch_.counters = expected.counters;
        return batch_;
    }

   private:
    void add_consents(Expected& expected) {
        for (std::uint64_t i = made_.below(3); i > 0; --i)
            changes_.consents.push_back(made_.consent(++expected.counters.consent));
        if (!expected.consents.empty() && made_.below(2) == 0) {
            const std::uint32_t old =
                std::next(expected.consents.begin(), static_cast<std::ptrdiff_t>(made_.below(expected.consents.size())))
                    ->first;
            if (made_.below(3) == 0) {
                changes_.removed_consents.push_back(old);
                expected.consents.erase(old);
            } else {
                changes_.consents.push_back(made_.consent(old));
            }
        }
        for (const auto& consent : changes_.consents) expected.consents.insert_or_assign(consent.number, consent);
    }
    void add_tracks(Expected& expected) {
        for (std::uint64_t i = made_.below(3); i > 0; --i)
            changes_.tracks.push_back(made_.track(++expected.counters.track));
        if (!expected.tracks.empty() && made_.below(2) == 0)
            changes_.tracks.push_back(made_.track(
                std::next(expected.tracks.begin(), static_cast<std::ptrdiff_t>(made_.below(expected.tracks.size())))
                    ->first));
        for (const auto& track : changes_.tracks) expected.tracks.insert_or_assign(track.number, track);
        if (!expected.tracks.empty() && made_.below(4) == 0) {
            changes_.removed_tracks.push_back(expected.tracks.begin()->first);
            expected.tracks.erase(expected.tracks.begin());
        }
    }
    void add_outboxes(Expected& expected) {
        for (std::uint64_t i = made_.below(3); i > 0; --i) {
            changes_.texts.push_back(made_.outgoing_text(++expected.counters.text));
            expected.texts.insert_or_assign(expected.counters.text, changes_.texts.back());
            changes_.evidence.push_back(made_.evidence(++expected.counters.evidence));
            batch_.callbacks.push_back(made_.callback(++expected.counters.callback, made_lane()));
            expected.outbox.insert_or_assign(expected.counters.callback, batch_.callbacks.back());
        }
    }
    void add_results(Expected& expected) {
        if (!expected.texts.empty() && made_.below(2) == 0) {
            const bool receipt_follows = made_.below(2) == 0;
            batch_.text_outcomes.push_back({.number = expected.texts.begin()->first,
                                            .fate = receipt_follows || made_.below(2) == 0 ? ledger::TextFate::accepted
                                                                                           : ledger::TextFate::refused,
                                            .message_id = receipt_follows ? "id" : "",
                                            .at_ms = made_.time()});
            expected.texts.erase(expected.texts.begin());
        }
        if (expected.outbox.empty()) return;
        ledger::StoredCallback& callback = any_of(expected.outbox);
        if (callback.dead) {  // sent again
            callback.dead = false;
            callback.next_ms = made_.time();
            batch_.callbacks.push_back(callback);
            return;
        }
        const std::uint64_t fate = made_.below(3);
        callback.attempts = 7;
        callback.next_ms = made_.time();
        callback.dead = fate == 1;
        callback.last_error = made_.text(20);
        batch_.callback_results.push_back({.number = callback.number,
                                           .delivered = fate == 0,
                                           .dead = callback.dead,
                                           .attempts = callback.attempts,
                                           .next_ms = callback.next_ms,
                                           .error = callback.last_error});
        if (fate == 0) expected.outbox.erase(callback.number);
    }
    template <class Map>
    typename Map::mapped_type& any_of(Map& map) {
        return std::next(map.begin(), static_cast<std::ptrdiff_t>(made_.below(map.size())))->second;
    }
    /// A few lanes, tracks' and consents'.
    std::uint64_t made_lane() { return made_.below(2) << 63 | made_.below(4); }

    MadeLedger made_;
    LedgerChanges changes_;
    LedgerBatch batch_;
};

class LedgerStore : public ::testing::Test {
   protected:
    std::unique_ptr<SqliteTraceStore> open() { return open_trace_store({.path = path_}); }

    testing::TemporaryFolder folder_;
    std::string path_ = folder_.file("ledger.db");
};

TEST_F(LedgerStore, FindsAgainWhatItStored) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        SCOPED_TRACE(seed);
        const testing::TemporaryFolder folder;
        const StoreOptions options{.path = folder.file("ledger.db"), .synchronous = "OFF"};
        MadeBatches batches(seed);
        Expected expected;
        {
            const auto store = open_trace_store(options);
            for (int k = 0; k < 100; ++k) store->commit({.ledger = batches.next(expected)});
            expected.expect_in(*store);
        }
        expected.expect_in(*open_trace_store(options));
    }
}

TEST_F(LedgerStore, KeepsAnAcceptedTextWithoutItsWordsUntilItsReceiptOrAWeek) {
    const auto store = open();
    const auto accepted = ledger::TextFate::accepted;
    MadeLedger made(1);
    LedgerChanges changes;
    for (std::int64_t number = 1; number <= 4; ++number) changes.texts.push_back(made.outgoing_text(number));
    store->commit({.ledger = {.changes = &changes,
                              .text_outcomes = {{.number = 1, .fate = accepted, .message_id = "a7", .at_ms = 1000},
                                                {.number = 2, .fate = accepted, .message_id = "b8", .at_ms = 1000},
                                                {.number = 3, .fate = accepted, .message_id = "c9", .at_ms = 2000}}}});
    const auto waiting = store->waiting_texts(0, 10);
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(waiting[0].number, 4);
    EXPECT_TRUE(store->waiting_texts(4, 10).empty());
    EXPECT_FALSE(store->accepted_text("0a7"));
    const auto found = store->accepted_text("a7");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->number, 1);
    EXPECT_EQ(found->to, changes.texts[0].to);
    EXPECT_EQ(found->text, "");
    store->commit({.ledger = {.text_outcomes = {{.number = 1, .fate = ledger::TextFate::delivered}}}});
    EXPECT_FALSE(store->accepted_text("a7"));
    store->sweep(0, 7LL * 86'400'000 + 1001, 100);
    EXPECT_FALSE(store->accepted_text("b8"));
    EXPECT_TRUE(store->accepted_text("c9"));
}

TEST_F(LedgerStore, AnErasedSubscribersAnswersGoEvenWhereOnlyTheirFingerprintSpeaksOfThem) {
    const auto store = open();
    const Msisdn asha = *Msisdn::parse("919876543210"), ravi = *Msisdn::parse("919876543211");
    LedgerChanges changes;
    changes.consents.push_back({.number = 1, .tenant = "acme", .msisdn = asha});
    changes.consents.push_back({.number = 2, .tenant = "acme", .msisdn = ravi});
    const auto answer = [](const char* key, Msisdn about) {
        return ledger::IdempotentAnswer{
            .tenant = "acme", .key = key, .fingerprint = "hash", .body = "{}", .at_ms = 1, .msisdn = about};
    };
    store->commit({.ledger = {.changes = &changes, .answers = {answer("a", asha), answer("r", ravi)}}});
    ASSERT_EQ(store->recover_ledger().answers.size(), 2U);
    EXPECT_EQ(store->recover_ledger().answers[0].msisdn, asha);
    const LedgerChanges erasure{.erased_subscribers = {asha}};
    store->commit({.ledger = {.changes = &erasure}});
    const auto left = store->recover_ledger().answers;
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].key, "r");
}

TEST_F(LedgerStore, ThePurgedNumberOfALastCallbackGoesWithIt) {
    const auto store = open();
    MadeLedger made(1);
    const LedgerChanges purge{.purged_subscribers = {*Msisdn::parse("919876543210")}};
    ledger::StoredCallback last = made.callback(1, 1), other = made.callback(2, 2);
    last.msisdn = purge.purged_subscribers[0];
    other.msisdn = *Msisdn::parse("919876543211");
    LedgerChanges consents;
    consents.consents.push_back({.number = 1, .tenant = "acme", .msisdn = other.msisdn});
    store->commit({.ledger = {.changes = &consents}});
    store->commit({.ledger = {.changes = &purge, .callbacks = {last, other}}});
    ledger::StoredCallback dead = made.callback(3, 3);
    dead.msisdn = *Msisdn::parse("919876543212");
    store->commit({.ledger = {.callbacks = {dead}}});
    store->commit({.ledger = {.callback_results = {{.number = 1, .delivered = true},
                                                   {.number = 2, .delivered = true},
                                                   {.number = 3, .dead = true}}}});
    store->sweep(dead.created_ms + 1, 1, 10);
    Database database(path_, Database::Mode::read_only);
    EXPECT_EQ(database.number("SELECT count(*) FROM subscriber WHERE msisdn = '919876543210'"), 0);
    EXPECT_EQ(database.number("SELECT count(*) FROM subscriber WHERE msisdn = '919876543211'"), 1);
    EXPECT_EQ(database.number("SELECT count(*) FROM subscriber WHERE msisdn = '919876543212'"), 0);
}

TEST_F(LedgerStore, FindsWhatIsDueWithoutLookingAtAllThatWait) {
    const auto store = open_trace_store({.path = path_, .synchronous = "OFF"});
    MadeLedger made(1);
    constexpr std::int64_t waiting = 100'000;  // enough to see the steps grow if they did
    LedgerBatch batch;
    ledger::StoredCallback callback = made.callback(1, 1);
    callback.body.clear();
    for (callback.number = 1; callback.number <= waiting; ++callback.number) batch.callbacks.push_back(callback);
    callback.lane = 2;
    callback.next_ms = 5;
    batch.callbacks.push_back(callback);
    batch.callback_results.push_back({.number = 1, .attempts = 1, .next_ms = 1000});
    store->commit({.ledger = batch});
    Database database(path_, Database::Mode::read_only);
    std::int64_t steps = 0;  // of 100 instructions each
    sqlite3_progress_handler(
        database.handle(), 100, [](void* s) { return ++*static_cast<std::int64_t*>(s), 0; }, &steps);
    const auto due = read_due_callbacks(database, 999, 10);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].number, waiting + 1) << "lane 1 is not due before its first one";
    EXPECT_EQ(read_due_callbacks(database, 1000, 10).size(), 2U);
    EXPECT_LT(steps, 10);
}

TEST_F(LedgerStore, RemembersNumbersWhoseRecordsAreGone) {
    MadeLedger made(1);
    {
        const auto store = open();
        LedgerChanges changes{.tracks = {made.track(7)}};
        store->commit({.ledger = {.changes = &changes, .counters = {.consent = 3, .track = 7, .text = 9}}});
        changes = {.removed_tracks = {7}};
        store->commit({.ledger = {.changes = &changes, .counters = {.consent = 3, .track = 7, .text = 9}}});
    }
    const auto recovery = open()->recover_ledger();
    EXPECT_EQ(recovery.counters.track, 7U);
    EXPECT_EQ(recovery.counters.consent, 3U);
    EXPECT_EQ(recovery.counters.text, 9);
}

TEST_F(LedgerStore, CountsALaboratorysTrackAsStopped) {
    {
        const auto store = open();
        const Segment segment{.track = 4, .first_seq = 1, .last_seq = 2, .min_tis_ms = 1000, .max_tis_ms = 3000};
        store->commit({.segments = {segment},
                       .tracks = {{.number = 4,
                                   .track_id = "mts:track:4",
                                   .name = "lorry",
                                   .tenant = "laboratory",
                                   .msisdn = *Msisdn::parse("919876543210")}}});
    }
    const auto recovery = open()->recover_ledger();
    ASSERT_EQ(recovery.tracks.size(), 1U);
    const ledger::SimTrack& track = recovery.tracks[0];
    EXPECT_EQ(track.state, ledger::SimTrackState::stopped);
    EXPECT_EQ(track.msisdn.text(), "919876543210");
    EXPECT_TRUE(track.windows.empty());
    EXPECT_EQ(track.started_ms, 1000);
    EXPECT_EQ(track.stopped_ms, 3000) << "retention counts from its last point";
    EXPECT_EQ(recovery.counters.track, 4U);
}

TEST_F(LedgerStore, MigratesADatabaseOfTheFirstVersion) {
    {
        Database old(path_, Database::Mode::create);
        old.execute("PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL");
        old.text("PRAGMA journal_mode = WAL");
        std::ifstream script(simtrail::places::source_dir() + "/tests/storage/schema_1.sql");
        old.execute(std::string(std::istreambuf_iterator<char>(script), {}));
    }
    const auto store = open();
    const Recovery recovery = store->recover();
    ASSERT_EQ(recovery.tracks.size(), 2U);
    EXPECT_EQ(recovery.tracks[1].msisdn.text(), "00491761234567");
    ASSERT_EQ(recovery.journal.size(), 1U);
    EXPECT_EQ(recovery.positions.at(0).lines, 12U);
    EXPECT_EQ(open_segment_reader({.path = path_})->newest(1, {.points = 10, .reach_ms = 0, .most = 10}).size(), 1U);
    const auto ledger = store->recover_ledger();
    ASSERT_EQ(ledger.tracks.size(), 2U);
    EXPECT_EQ(ledger.tracks[0].state, ledger::SimTrackState::stopped);
    EXPECT_EQ(ledger.tracks[0].name, "lorry");
    MadeLedger made(1);
    const LedgerChanges changes{.consents = {made.consent(1)}, .tracks = {made.track(3)}};
    store->commit({.ledger = {.changes = &changes, .counters = {.consent = 1, .track = 3}}});
    EXPECT_EQ(store->recover_ledger().tracks.size(), 3U);
}

TEST_F(LedgerStore, LosesNothingWhenTheDiskIsFullWithinALedgersCommit) {
    testing::ForgetfulVfs vfs(1);
    const auto store = open_trace_store({.path = "full.db", .vfs = vfs.name(), .checkpoint_at_bytes = 200'000});
    MadeBatches batches(1);
    Expected expected, kept;
    store->commit({.ledger = batches.next(expected)});
    vfs.set_capacity(3 << 20);
    EXPECT_THROW(
        for (;;) {
            kept = expected;
            const std::string journal(20'000, 'e');
            store->commit({.journal = {journal}, .ledger = batches.next(expected)});
        },
        StoreError);
    kept.expect_in(*store);
    vfs.set_capacity(0);
    store->commit({.ledger = batches.next(kept)});
    kept.expect_in(*store);
}

TEST(LedgerText, ReadsTheWindowsThatItWrote) {
    MadeLedger made(3);
    for (int i = 0; i < 1000; ++i) {
        const auto windows = made.track(1).windows;
        EXPECT_EQ(parse_windows(windows_text(windows)), windows);
    }
    for (const char* wrong :
         {"", "[", "]", "[[1,2]", "[[1,2],]", "[[1 ,2]]", "[[1,2][3,4]]", "[1,2]", "[[1,2]] ", "[,[1,2]]"})
        EXPECT_EQ(parse_windows(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace simtrail::storage
