#include "storage/erasure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <ranges>

#include "engine/geojson/segment.hpp"
#include "engine/geojson/text.hpp"
#include "storage/operator_desk.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "storage/trace_pages.hpp"
#include "storage/writer_lock.hpp"
#include "tests/support/executable.hpp"

namespace simtrail::storage {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

/// A subscriber with one of everything that the database may hold of them, each with words or numbers of its own.
struct Planted {
    explicit Planted(std::uint32_t k)
        : number(k),
          msisdn(*Msisdn::parse("9198765" + std::to_string(40'000 + k))),
          lon_e5(7'000'000 + static_cast<std::int32_t>(k) * 1013),
          lat_e5(2'000'000 + static_cast<std::int32_t>(k) * 1009) {}

    std::string word(const std::string& what) const { return what + "-of-" + std::to_string(10'000 + number) + "."; }

    TracePoint point(std::uint32_t seq) const {
        return {.seq = seq,
                .tis_ms = 1'700'000'000'000 + std::int64_t{number} * 86'413 + seq * 1'009,
                .lon_e5 = lon_e5,
                .lat_e5 = lat_e5,
                .accuracy_m = 400,
                .radio = Radio::lte};
    }
    Segment segment() const {
        Segment made{.track = number, .first_seq = 1, .last_seq = 3, .min_tis_ms = point(1).tis_ms};
        made.max_tis_ms = point(3).tis_ms;
        geojson::append_segment(made.geojson, std::vector{point(1), point(2), point(3)});
        made.evidence = word("evidence-bytes");
        return made;
    }
    std::string journal() const {
        std::string entries;
        const std::string evidence = word("journal-bytes");
        for (std::uint32_t seq = 4; seq <= 6; ++seq)
            append_journal_entry(entries, {.kind = JournalEntry::Kind::point,
                                           .track = number,
                                           .seq = seq,
                                           .point = PackedPoint{point(seq)},
                                           .evidence = evidence});
        append_journal_entry(
            entries,
            {.kind = JournalEntry::Kind::held, .track = number, .ts_ms = point(7).tis_ms, .evidence = evidence});
        return entries;
    }

    void put_into(ledger::LedgerChanges& changes, ledger::LedgerBatch& batch) const {
        changes.consents.push_back(
            {.number = number,
             .tenant = "acme",
             .msisdn = msisdn,
             .state = ledger::ConsentState::allowed,
             .callback = ledger::CallbackTarget{"https://a.example/" + word("consent-url"), "", ""}});
        changes.tracks.push_back({.number = number,
                                  .track_id = word("mts:track"),
                                  .tenant = "acme",
                                  .msisdn = msisdn,
                                  .name = word("name"),
                                  .external_ref = word("reference"),
                                  .created_ms = 1,
                                  .windows = {{1, 0}}});
        changes.texts.push_back({.number = number, .to = msisdn, .text = word("text")});
        changes.evidence.push_back({.number = number,
                                    .at_ms = 1,
                                    .tenant = "acme",
                                    .msisdn = msisdn,
                                    .step = "textSent",
                                    .text = word("step")});
        batch.callbacks.push_back({.number = number,
                                   .event_id = word("event"),
                                   .event_type = "track.started",
                                   .tenant = "acme",
                                   .msisdn = msisdn,
                                   .track = number,
                                   .lane = number,
                                   .target = {"https://a.example/" + word("callback-url"), "{}", word("secret")},
                                   .body = word("body") + std::string(20'000, ' ') + word("end-of-body")});
        batch.answers.push_back({.tenant = "acme",
                                 .key = word("key"),
                                 .status = 200,
                                 .body = "{\"deviceId\":\"" + msisdn.text() + "\"," + word("answer") + "}"});
    }

    /// What gives the trace away: the coordinates as text, points as packed bytes, evidence, the MSISDN is the subscriber's.
    std::map<std::string, std::string> traces_of_track() const {
        std::string coordinates;
        geojson::append_degrees(coordinates, lon_e5);
        coordinates += ',';
        geojson::append_degrees(coordinates, lat_e5);
        std::map<std::string, std::string> needles{{"coordinates", coordinates},
                                                   {"times", std::to_string(point(1).tis_ms)},
                                                   {"evidence", word("evidence-bytes")},
                                                   {"journalled evidence", word("journal-bytes")},
                                                   {"name", word("name")},
                                                   {"reference", word("reference")}};
        for (std::uint32_t seq = 4; seq <= 6; ++seq) {
            const PackedPoint packed{point(seq)};
            std::string bytes(sizeof packed, '\0');
            std::memcpy(bytes.data(), &packed, sizeof packed);
            needles["packed point " + std::to_string(seq)] = bytes;
        }
        return needles;
    }
    std::map<std::string, std::string> traces_of_subscriber() const {
        auto needles = traces_of_track();
        needles["MSISDN"] = msisdn.text();
        for (const char* what :
             {"consent-url", "text", "step", "event", "callback-url", "secret", "body", "end-of-body", "key", "answer"})
            needles[what] = word(what);
        return needles;
    }

    std::uint32_t number;
    Msisdn msisdn;
    std::int32_t lon_e5, lat_e5;
};

class ErasureTest : public ::testing::Test {
   protected:
    std::unique_ptr<SqliteTraceStore> open() { return open_trace_store({.path = path_}); }

    /// Everything of these subscribers, a commit for some of them at a time.
    void plant(SqliteTraceStore& store, std::uint32_t from, std::uint32_t to) {
        for (std::uint32_t k = from; k <= to; k += 3) {
            ledger::LedgerChanges changes;
            Batch batch{.ledger = {.changes = &changes}};
            std::string journal;
            for (std::uint32_t i = k; i < k + 3 && i <= to; ++i) {
                const Planted planted(i);
                planted.put_into(changes, batch.ledger);
                batch.segments.push_back(planted.segment());
                journal += planted.journal();
            }
            batch.journal.emplace_back(journal);
            store.commit(batch);
        }
    }

    static void erase(SqliteTraceStore& store, std::vector<Msisdn> subscribers, std::vector<TrackNumber> tracks) {
        ledger::LedgerChanges changes{.removed_tracks = std::move(tracks),
                                      .erased_subscribers = std::move(subscribers)};
        store.commit({.ledger = {.changes = &changes}});
    }

    /// Which of the needles are somewhere in the database, its write-ahead log or its index.
    std::vector<std::string> found(const std::map<std::string, std::string>& needles) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.file(""))) {
            const std::string bytes = testing::content(entry.path());
            for (const auto& [what, needle] : needles)
                if (::memmem(bytes.data(), bytes.size(), needle.data(), needle.size()) != nullptr)
                    names.push_back(what + " in " + entry.path().filename().string());
        }
        return names;
    }

    testing::TemporaryFolder folder_;
    std::string path_ = folder_.file("erase.db");
};

TEST_F(ErasureTest, OfATrackLeavesNothingOfItsTrace) {
    const auto store = open();
    plant(*store, 1, 30);
    const auto planted = found(Planted(5).traces_of_track());
    for (const auto& [what, needle] : Planted(5).traces_of_track())
        ASSERT_THAT(planted, Contains(what + " in erase.db-wal"));
    erase(*store, {}, {5});
    EXPECT_FALSE(store->needs_scrub());
    EXPECT_THAT(found(Planted(5).traces_of_track()), IsEmpty());
    EXPECT_TRUE(open_trace_pages(path_)->page({.track = 5}).points.empty());
    for (const std::uint32_t other : {4U, 6U, 30U})
        EXPECT_GE(found(Planted(other).traces_of_subscriber()).size(), Planted(other).traces_of_subscriber().size());
}

TEST_F(ErasureTest, OfASubscriberLeavesNothingAtAll) {
    const auto store = open();
    plant(*store, 1, 30);
    const auto planted = found(Planted(5).traces_of_subscriber());
    for (const auto& [what, needle] : Planted(5).traces_of_subscriber())
        ASSERT_THAT(planted, Contains(what + " in erase.db-wal"));
    erase(*store, {Planted(5).msisdn}, {});
    EXPECT_THAT(found(Planted(5).traces_of_subscriber()), IsEmpty());
    const auto left = store->recover_ledger();
    EXPECT_EQ(left.consents.size(), 29U);
    EXPECT_EQ(left.tracks.size(), 29U);
    EXPECT_EQ(store->waiting_texts(0, 100).size(), 29U);
    EXPECT_EQ(left.answers.size(), 29U);
}

TEST_F(ErasureTest, LeavesNothingOfWhatHadReachedTheDatabaseFile) {
    {
        const auto store = open();
        plant(*store, 1, 60);
        store->close();  // all pages are in the database file now
    }
    ASSERT_THAT(found(Planted(31).traces_of_subscriber()), Contains("MSISDN in erase.db"));
    ASSERT_THAT(found(Planted(31).traces_of_track()), Contains("packed point 5 in erase.db"));
    const auto store = open();
    for (std::uint32_t k = 2; k <= 60; k += 2) erase(*store, {Planted(k).msisdn}, {});
    erase(*store, {}, {31});
    for (std::uint32_t k = 2; k <= 60; k += 14) EXPECT_THAT(found(Planted(k).traces_of_subscriber()), IsEmpty()) << k;
    EXPECT_THAT(found(Planted(31).traces_of_track()), IsEmpty());
}

TEST_F(ErasureTest, LeavesNothingInPagesThatWereMadeSmallerBefore) {
    constexpr std::uint32_t all = 120;
    const auto numbers = std::views::iota(1U, all + 1);
    std::vector<std::uint32_t> order(numbers.begin(), numbers.end());
    std::ranges::shuffle(order, std::mt19937_64(4));
    const auto store = open_trace_store({.path = path_, .synchronous = "OFF"});
    plant(*store, 1, all);
    for (std::size_t i = 0; i < order.size(); ++i) {
        erase(*store, {Planted(order[i]).msisdn}, {});
        if (i % 20 == 19) {
            EXPECT_THAT(found(Planted(order[i]).traces_of_subscriber()), IsEmpty()) << i;
        }
    }
    for (std::size_t i = 0; i < order.size(); i += 11)
        EXPECT_THAT(found(Planted(order[i]).traces_of_subscriber()), IsEmpty()) << i;
}

TEST_F(ErasureTest, ReachesPointsOfTheSameCommit) {
    const auto store = open();
    plant(*store, 1, 3);
    const Planted gone(2), kept(3);
    const std::string journal = gone.journal() + kept.journal();
    ledger::LedgerChanges changes{.removed_tracks = {2}};
    store->commit({.journal = {journal}, .segments = {gone.segment()}, .ledger = {.changes = &changes}});
    EXPECT_THAT(found(gone.traces_of_track()), IsEmpty());
    EXPECT_EQ(store->recover().journal.back().bytes, kept.journal());
}

TEST_F(ErasureTest, ComesBeforeWhatIsNewOfTheSubscriber) {
    const auto store = open();
    plant(*store, 1, 3);
    ledger::LedgerChanges changes{.erased_subscribers = {Planted(2).msisdn}};
    changes.consents.push_back({.number = 9, .tenant = "acme", .msisdn = Planted(2).msisdn});
    store->commit({.ledger = {.changes = &changes}});
    const auto left = store->recover_ledger();
    ASSERT_EQ(left.consents.size(), 3U);
    EXPECT_EQ(left.consents.back().number, 9U);
    EXPECT_EQ(left.tracks.size(), 2U);
}

TEST_F(ErasureTest, IsTriedAgainWhileAReaderIsInTheWay) {
    const auto store = open();
    plant(*store, 1, 3);
    Database reader(path_, Database::Mode::read_only);
    reader.execute("BEGIN");
    reader.number("SELECT count(*) FROM track");
    erase(*store, {Planted(2).msisdn}, {});
    EXPECT_TRUE(store->needs_scrub());
    EXPECT_FALSE(found(Planted(2).traces_of_subscriber()).empty()) << "the reader may still look at it";
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(store->scrub());
    erase(*store, {Planted(3).msisdn}, {});
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(900)) << "waits for a reader once";
    reader.execute("COMMIT");
    EXPECT_TRUE(store->scrub());
    EXPECT_FALSE(store->needs_scrub());
    EXPECT_THAT(found(Planted(2).traces_of_subscriber()), IsEmpty());
}

TEST_F(ErasureTest, IsRememberedByTheNextWriterWhereItWasNotFinished) {
    {
        const auto store = open();
        plant(*store, 1, 3);
        Database reader(path_, Database::Mode::read_only);
        reader.execute("BEGIN");
        reader.number("SELECT count(*) FROM track");
        erase(*store, {Planted(2).msisdn}, {});
    }
    const auto store = open();
    EXPECT_TRUE(store->needs_scrub());
    EXPECT_TRUE(store->scrub());
    EXPECT_THAT(found(Planted(2).traces_of_subscriber()), IsEmpty());
}

TEST_F(ErasureTest, IsAskedOfTheProcessThatHasTheDatabase) {
    const auto store = open();
    plant(*store, 1, 3);
    const Planted gone(2);
    EXPECT_THROW(erase_directly(path_, gone.msisdn), WriterBusy);
    DaemonRequest request(path_, "erase", gone.msisdn.text(), 1000);
    const auto requests = store->operator_requests();
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].argument, gone.msisdn.text());
    EXPECT_FALSE(request.answer());
    ledger::LedgerChanges changes{.erased_subscribers = {gone.msisdn}};
    store->commit({.ledger = {.changes = &changes, .operator_answers = {{requests[0].number, true, "erased"}}}});
    const auto answer = request.answer();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->done);
    EXPECT_EQ(answer->message, "erased");
    EXPECT_TRUE(store->operator_requests().empty());
    EXPECT_THAT(found(gone.traces_of_subscriber()), IsEmpty()) << "the request itself included";
    request.withdraw();
    EXPECT_FALSE(request.answer());
}

TEST_F(ErasureTest, IsDoneDirectlyWhereNobodyHasTheDatabase) {
    plant(*open(), 1, 6);
    EXPECT_TRUE(erase_directly(path_, Planted(2).msisdn));
    EXPECT_THAT(found(Planted(2).traces_of_subscriber()), IsEmpty());
    EXPECT_EQ(open()->recover_ledger().tracks.size(), 5U);
}

TEST(JournalWithout, KeepsOtherEntriesByteForByte) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 300; ++i) {
        std::string all, kept;
        const std::vector<TrackNumber> gone{2, 5, 300};
        for (std::uint64_t entries = random() % 20; entries > 0; --entries) {
            const std::string evidence(random() % 30, static_cast<char>(random()));
            const JournalEntry entry{.kind = static_cast<JournalEntry::Kind>(1 + random() % 4),
                                     .track = random() % 3 == 0 ? 300 : static_cast<TrackNumber>(random() % 7),
                                     .ts_ms = static_cast<std::int64_t>(random()),
                                     .seq = static_cast<std::uint32_t>(random()),
                                     .evidence = evidence};
            append_journal_entry(all, entry);
            if (!std::ranges::binary_search(gone, entry.track)) append_journal_entry(kept, entry);
        }
        EXPECT_EQ(journal_without(all, gone).value_or(all), kept);
        EXPECT_EQ(journal_without(all, gone).has_value(), all != kept);
    }
    EXPECT_THROW(journal_without("\x09", std::vector<TrackNumber>{1}), StoreError);
}

}  // namespace
}  // namespace simtrail::storage
