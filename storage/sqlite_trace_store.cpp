#include "storage/sqlite_trace_store.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "storage/callback_outbox.hpp"
#include "storage/connection.hpp"
#include "storage/erasure.hpp"
#include "storage/ledger_reader.hpp"
#include "storage/ledger_writer.hpp"
#include "storage/retention.hpp"
#include "storage/schema.hpp"
#include "storage/sqlite.hpp"
#include "storage/subscribers.hpp"
#include "storage/text_outbox.hpp"
#include "storage/writer_lock.hpp"

namespace simtrail::storage {

namespace {

// An erasure waits this long for readers, who hold a page's read transaction each. Once: behind a reader that stays (a
// backup), commits go on and the checkpoint is tried without waiting.
constexpr int scrub_wait_ms = 1'000;

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

std::string hex(const std::array<std::uint64_t, 2>& hash) {
    std::string text;
    for (const std::uint64_t word : hash)
        for (int shift = 60; shift >= 0; shift -= 4) text.push_back("0123456789abcdef"[word >> shift & 15]);
    return text;
}

std::array<std::uint64_t, 2> hash_of(std::string_view hex) {
    std::array<std::uint64_t, 2> hash{};
    if (hex.size() != 32) return hash;
    std::from_chars(hex.data(), hex.data() + 16, hash[0], 16);
    std::from_chars(hex.data() + 16, hex.data() + 32, hash[1], 16);
    return hash;
}

class Store final : public SqliteTraceStore {
   public:
    explicit Store(const StoreOptions& options)
        : options_(options),
          lock_(options.vfs == nullptr ? options.path : ""),
          database_(options.path, Database::Mode::create, options.vfs) {
        prepare_writing(database_, options_.synchronous);
        database_.execute("PRAGMA cache_size = -65536");
        watch_wal();
        migrate(database_);
        statements_ = std::make_unique<Statements>(database_);
        subscribers_ = std::make_unique<Subscribers>(database_);
        ledger_ = std::make_unique<LedgerWriter>(database_, *subscribers_);
        erasure_ = std::make_unique<Erasure>(database_, *subscribers_);
        erasures_ = database_.number("SELECT value FROM counter WHERE name = 'erasures'");
        scrubbed_ = database_.number("SELECT value FROM counter WHERE name = 'scrubbed'");
        next_row_ = database_.number("SELECT coalesce(max(number), 0) + 1 FROM journal");
        journal_bytes_ =
            static_cast<std::uint64_t>(database_.number("SELECT coalesce(sum(length(entries)), 0) FROM journal"));
    }

    Recovery recover() override {
        observe(Phase::recovery);
        Recovery recovery;
        for (Statement s(database_,
                         "SELECT track, msisdn FROM track JOIN subscriber USING (subscriber) ORDER BY track");
             s.step();)
            if (const auto msisdn = Msisdn::parse(s.bytes(1)))
                recovery.tracks.push_back({static_cast<TrackNumber>(s.number(0)), *msisdn});
        for (Statement s(database_, "SELECT number, entries FROM journal ORDER BY number"); s.step();)
            recovery.journal.push_back({s.number(0), std::string(s.bytes(1))});
        for (Statement s(database_, "SELECT feed, name, head_bytes, head_hash, bytes, lines, prefix_hash FROM feed");
             s.step();)
            recovery.positions.push_back({.id = static_cast<std::uint32_t>(s.number(0)),
                                          .name = std::string(s.bytes(1)),
                                          .head_bytes = static_cast<std::uint64_t>(s.number(2)),
                                          .head_hash = hash_of(s.bytes(3)),
                                          .bytes = static_cast<std::uint64_t>(s.number(4)),
                                          .lines = static_cast<std::uint64_t>(s.number(5)),
                                          .prefix_hash = hash_of(s.bytes(6))});
        observe(Phase::recovery);
        return recovery;
    }

    std::int64_t commit(const Batch& batch) override {
        const std::int64_t started = now_ns();
        observe(Phase::before_commit);
        const bool waited = needs_scrub();
        const Written written = write(batch);
        if (written.row != 0) next_row_ = written.row + 1;
        journal_bytes_ = journal_bytes_ + written.journal_bytes - written.lost_bytes;
        erasures_ += written.erases ? 1 : 0;
        observe(Phase::after_commit);
        ++statistics_.commits;
        statistics_.commit_ns += now_ns() - started;
        write_back(written.erases ? std::optional(waited ? 0 : scrub_wait_ms) : std::nullopt);
        return written.row;
    }

    ledger::LedgerRecovery recover_ledger() override { return read_ledger(database_); }

    std::vector<ledger::StoredCallback> due_callbacks(std::int64_t now_ms, std::size_t limit) override {
        return read_due_callbacks(database_, now_ms, limit);
    }

    std::vector<ledger::OutgoingText> waiting_texts(std::int64_t after, std::size_t limit) override {
        return read_waiting_texts(database_, after, limit);
    }
    std::optional<ledger::OutgoingText> accepted_text(const std::string& message_id) override {
        return find_accepted_text(database_, message_id);
    }

    std::vector<ledger::OperatorRequest> operator_requests() override { return read_operator_requests(database_); }

    bool sweep(std::int64_t before_ms, std::int64_t now_ms, std::size_t most) override {
        return sweep_once(database_, *subscribers_, {.before_ms = before_ms, .now_ms = now_ms}, most);
    }

    bool needs_scrub() const override { return erasures_ > scrubbed_; }

    bool scrub() override { return scrub_within(0); }

    StoreStatistics statistics() override {
        StoreStatistics now = statistics_;
        const auto page = static_cast<std::uint64_t>(database_.number("PRAGMA page_size"));
        now.file_bytes = page * static_cast<std::uint64_t>(database_.number("PRAGMA page_count"));
        now.free_bytes = page * static_cast<std::uint64_t>(database_.number("PRAGMA freelist_count"));
        now.journal_bytes = journal_bytes_;
        for (const char* name :
             {"page_size", "journal_mode", "synchronous", "wal_autocheckpoint", "secure_delete", "auto_vacuum"})
            now.pragmas += std::string(now.pragmas.empty() ? "" : ", ") + name + "=" +
                           database_.text(std::string("PRAGMA ") + name);
        return now;
    }

    void close() override {
        database_.execute("PRAGMA incremental_vacuum");
        checkpoint(SQLITE_CHECKPOINT_TRUNCATE, 0);
    }

   private:
    bool scrub_within(int wait_ms) {
        if (!checkpoint(SQLITE_CHECKPOINT_TRUNCATE, wait_ms)) return false;
        statements_->counter.with("scrubbed", erasures_).run();  // `subscriber erase` waits for it
        scrubbed_ = erasures_;
        return true;
    }

    /// After a commit. The batch is durable, so a disk that fails here is not its failure: the next one will tell.
    void write_back(std::optional<int> scrub_within_ms) {
        try {
            if (scrub_within_ms)
                scrub_within(*scrub_within_ms);
            else if (wal_bytes_ >= options_.checkpoint_at_bytes)
                checkpoint(SQLITE_CHECKPOINT_RESTART, 0);
        } catch (const StoreError&) {  // NOLINT(bugprone-empty-catch): as said
        }
    }

    struct Statements {
        explicit Statements(Database& database)
            : track(database, "INSERT INTO track (track, subscriber, track_id, name, tenant) VALUES (?, ?, ?, ?, ?)"),
              segment(database,
                      "INSERT INTO segment (track, first_seq, last_seq, min_tis, max_tis, geojson, evidence) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?)"),
              journal(database, "INSERT INTO journal (number, entries) VALUES (?, ?)"),
              feed(database, "INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, ?, ?, ?)"),
              retired_bytes(database, "SELECT coalesce(sum(length(entries)), 0) FROM journal WHERE number <= ?"),
              retire(database, "DELETE FROM journal WHERE number <= ?"),
              counter(database, "INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)") {}
        Statement track, segment, journal, feed, retired_bytes, retire, counter;
    };

    /// What a batch came to.
    struct Written {
        std::int64_t row = 0;
        std::uint64_t journal_bytes = 0, lost_bytes = 0;  // of the journal: gained, lost
        bool erases = false;
    };

    Written write(const Batch& batch) {
        Transaction transaction(database_);
        try {
            const Written written = write_rows(batch);
            observe(Phase::within_commit);
            transaction.commit();
            subscribers_->keep();
            return written;
        } catch (...) {
            subscribers_->undo();
            throw;
        }
    }

    Written write_rows(const Batch& batch) {
        Written written{.erases = erases(batch.ledger)};
        std::vector<TrackNumber> gone;
        if (const auto* changes = batch.ledger.changes) {
            gone = erasure_->tracks_of(*changes);  // before anything new of the same subscribers
            erasure_->remove_subscribers(*changes);
        }
        insert_tracks(batch.tracks);
        if (!batch.ledger.empty()) ledger_->put(batch.ledger);
        written.lost_bytes = retire_journal(batch.retire_journal_up_to);
        insert_segments(batch.segments, gone);
        if (!batch.segments.empty()) observe(Phase::cut);
        written.lost_bytes += erasure_->remove(gone);
        written.row = insert_journal(batch.journal, gone);
        written.journal_bytes = row_.size();
        for (const FeedPosition& position : batch.positions) put_position(position);
        if (written.erases) statements_->counter.with("erasures", erasures_ + 1).run();
        return written;
    }

    /// Answers to the operator too: the request may have held a subscriber's number.
    static bool erases(const ledger::LedgerBatch& batch) {
        const ledger::LedgerChanges* changes = batch.changes;
        return !batch.operator_answers.empty() ||
               (changes != nullptr && (!changes->removed_tracks.empty() || !changes->erased_subscribers.empty() ||
                                       !changes->purged_subscribers.empty()));
    }

    void watch_wal() {
        sqlite3_wal_hook(
            database_.handle(),
            [](void* self, sqlite3*, const char*, int pages) {
                static_cast<Store*>(self)->wal_bytes_ = std::int64_t{pages} * page_bytes;
                return SQLITE_OK;
            },
            this);
    }

    void insert_tracks(const std::vector<TrackInfo>& tracks) {
        for (const TrackInfo& t : tracks)
            statements_->track.with(t.number, subscribers_->number_of(t.msisdn), t.track_id, t.name, t.tenant).run();
    }

    void insert_segments(const std::vector<Segment>& segments, const std::vector<TrackNumber>& gone) {
        for (const Segment& s : segments)
            if (!std::ranges::binary_search(gone, s.track))
                statements_->segment
                    .with(s.track, s.first_seq, s.last_seq, s.min_tis_ms, s.max_tis_ms, s.geojson, Blob{s.evidence})
                    .run();
    }

    static std::size_t size_of(const std::vector<std::string_view>& pieces) {
        std::size_t size = 0;
        for (const auto piece : pieces) size += piece.size();
        return size;
    }

    /// The row's number; 0 where there is nothing for a row. Its bytes stay in `row_`.
    std::int64_t insert_journal(const std::vector<std::string_view>& pieces, const std::vector<TrackNumber>& gone) {
        row_.clear();
        row_.reserve(size_of(pieces));
        for (const auto piece : pieces) row_.append(piece);
        if (!gone.empty())
            if (auto kept = journal_without(row_, gone)) row_ = *std::move(kept);
        if (row_.empty()) return 0;
        statements_->journal.with(next_row_, Blob{row_}).run();
        return next_row_;
    }

    void put_position(const FeedPosition& p) {
        const std::string head = hex(p.head_hash), prefix = hex(p.prefix_hash);
        statements_->feed.bind(1, p.id)
            .bind_text(2, p.name)
            .bind(3, static_cast<std::int64_t>(p.head_bytes))
            .bind_text(4, head)
            .bind(5, static_cast<std::int64_t>(p.bytes))
            .bind(6, static_cast<std::int64_t>(p.lines))
            .bind_text(7, prefix)
            .run();
    }

    std::uint64_t retire_journal(std::int64_t up_to) {
        if (up_to == 0) return 0;
        statements_->retired_bytes.bind(1, up_to).step();
        const auto bytes = static_cast<std::uint64_t>(statements_->retired_bytes.number(0));
        statements_->retired_bytes.reset();
        statements_->retire.bind(1, up_to).run();
        return bytes;
    }

    /// False where a reader is in the way for longer than that, or the disk full: no failure of what is committed, a later
    /// commit tries again.
    bool checkpoint(int mode, int wait_ms) {
        const std::int64_t started = now_ns();
        observe(Phase::checkpoint);
        sqlite3_busy_timeout(database_.handle(), wait_ms);
        const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, mode, nullptr, nullptr);
        sqlite3_busy_timeout(database_.handle(), other_process_wait_ms);
        if (code == SQLITE_OK)
            wal_bytes_ = 0;
        else if ((code & 0xFF) != SQLITE_BUSY && (code & 0xFF) != SQLITE_FULL)
            database_.fail(code, "cannot be checkpointed");
        observe(Phase::checkpoint);
        ++statistics_.checkpoints;
        statistics_.checkpoint_ns += now_ns() - started;
        return code == SQLITE_OK;
    }

    void observe(Phase phase) const {
        if (options_.observe) options_.observe(phase);
    }

    StoreOptions options_;
    WriterLock lock_;
    Database database_;
    std::unique_ptr<Statements> statements_;
    std::unique_ptr<Subscribers> subscribers_;
    std::unique_ptr<LedgerWriter> ledger_;
    std::unique_ptr<Erasure> erasure_;
    std::int64_t erasures_ = 0, scrubbed_ = 0;  // commits that erased; how many of them no copy is left of
    std::string row_;
    std::int64_t next_row_ = 1;
    std::int64_t wal_bytes_ = 0;
    std::uint64_t journal_bytes_ = 0;
    StoreStatistics statistics_;
};

}  // namespace

std::unique_ptr<SqliteTraceStore> open_trace_store(const StoreOptions& options) {
    return std::make_unique<Store>(options);
}

}  // namespace simtrail::storage
