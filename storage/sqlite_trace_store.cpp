#include "storage/sqlite_trace_store.hpp"

#include <sqlite3.h>

#include <charconv>
#include <chrono>

#include "storage/schema.hpp"
#include "storage/sqlite.hpp"
#include "storage/writer_lock.hpp"

namespace simtrail::storage {

namespace {

// 16 KiB pages hold five or six segments of 64 points, where 8 KiB hold two and waste a quarter (docs/storage.md).
constexpr int page_bytes = 16'384;
constexpr const char* creation_pragmas = "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL;";
constexpr int other_process_wait_ms = 30'000;  // `keys add` beside the daemon is brief

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
        prepare_connection();
        migrate(database_);
        statements_ = std::make_unique<Statements>(database_);
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
        Transaction transaction(database_);
        insert_tracks(batch.tracks);
        insert_segments(batch.segments);
        if (!batch.segments.empty()) observe(Phase::cut);
        const std::int64_t row = insert_journal(batch.journal);
        for (const FeedPosition& position : batch.positions) put_position(position);
        const std::uint64_t retired = retire_journal(batch.retire_journal_up_to);
        observe(Phase::within_commit);
        transaction.commit();
        if (row != 0) next_row_ = row + 1;
        journal_bytes_ += size_of(batch.journal) - retired;
        observe(Phase::after_commit);
        ++statistics_.commits;
        statistics_.commit_ns += now_ns() - started;
        if (wal_bytes_ >= options_.checkpoint_at_bytes) checkpoint(SQLITE_CHECKPOINT_RESTART);
        return row;
    }

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
        checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    }

   private:
    struct Statements {
        explicit Statements(Database& database)
            : subscriber(database, "INSERT INTO subscriber (subscriber, msisdn) VALUES (?, ?)"),
              track(database, "INSERT INTO track (track, subscriber, track_id, name, tenant) VALUES (?, ?, ?, ?, ?)"),
              segment(database,
                      "INSERT INTO segment (track, first_seq, last_seq, min_tis, max_tis, geojson, evidence) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?)"),
              journal(database, "INSERT INTO journal (number, entries) VALUES (?, ?)"),
              feed(database, "INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, ?, ?, ?)"),
              retired_bytes(database, "SELECT coalesce(sum(length(entries)), 0) FROM journal WHERE number <= ?"),
              retire(database, "DELETE FROM journal WHERE number <= ?") {}
        Statement subscriber, track, segment, journal, feed, retired_bytes, retire;
    };

    void prepare_connection() {
        sqlite3_busy_timeout(database_.handle(), other_process_wait_ms);
        check_owner(database_);  // before anything is set in another's file
        database_.execute(creation_pragmas);
        if (database_.text("PRAGMA journal_mode = WAL") != "wal")
            throw StoreError(database_.path() +
                             ": cannot use write-ahead logging on this file system; choose a local disk");
        database_.execute(std::string("PRAGMA synchronous = ") + options_.synchronous);
        database_.execute("PRAGMA secure_delete = ON; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF;");
        // Only we checkpoint, and only between commits (DESIGN, rules for storage, 3).
        sqlite3_wal_autocheckpoint(database_.handle(), 0);
        sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        sqlite3_wal_hook(
            database_.handle(),
            [](void* self, sqlite3*, const char*, int pages) {
                static_cast<Store*>(self)->wal_bytes_ = std::int64_t{pages} * page_bytes;
                return SQLITE_OK;
            },
            this);
    }

    void insert_tracks(const std::vector<TrackInfo>& tracks) {
        for (const TrackInfo& t : tracks) {
            const std::string msisdn = t.msisdn.text();
            statements_->subscriber.bind(1, t.number).bind_text(2, msisdn).run();
            statements_->track.bind(1, t.number)
                .bind(2, t.number)
                .bind_text(3, t.track_id)
                .bind_text(4, t.name)
                .bind_text(5, t.tenant)
                .run();
        }
    }

    void insert_segments(const std::vector<Segment>& segments) {
        for (const Segment& s : segments)
            statements_->segment.bind(1, s.track)
                .bind(2, s.first_seq)
                .bind(3, s.last_seq)
                .bind(4, s.min_tis_ms)
                .bind(5, s.max_tis_ms)
                .bind_text(6, s.geojson)
                .bind_blob(7, s.evidence)
                .run();
    }

    static std::size_t size_of(const std::vector<std::string_view>& pieces) {
        std::size_t size = 0;
        for (const auto piece : pieces) size += piece.size();
        return size;
    }

    std::int64_t insert_journal(const std::vector<std::string_view>& pieces) {
        if (size_of(pieces) == 0) return 0;
        row_.clear();
        row_.reserve(size_of(pieces));
        for (const auto piece : pieces) row_.append(piece);
        statements_->journal.bind(1, next_row_).bind_blob(2, row_).run();
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

    void checkpoint(int mode) {
        const std::int64_t started = now_ns();
        observe(Phase::checkpoint);
        sqlite3_busy_timeout(database_.handle(), 0);
        const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, mode, nullptr, nullptr);
        sqlite3_busy_timeout(database_.handle(), other_process_wait_ms);
        // A reader in the way or a full disk is no failure of what is committed: the next commit tries again.
        if (code == SQLITE_OK)
            wal_bytes_ = 0;
        else if ((code & 0xFF) != SQLITE_BUSY && (code & 0xFF) != SQLITE_FULL)
            database_.fail(code, "cannot be checkpointed");
        observe(Phase::checkpoint);
        ++statistics_.checkpoints;
        statistics_.checkpoint_ns += now_ns() - started;
    }

    void observe(Phase phase) const {
        if (options_.observe) options_.observe(phase);
    }

    StoreOptions options_;
    WriterLock lock_;
    Database database_;
    std::unique_ptr<Statements> statements_;
    std::string row_;
    std::int64_t next_row_ = 1;
    std::int64_t wal_bytes_ = 0;
    std::uint64_t journal_bytes_ = 0;
    StoreStatistics statistics_;
};

class Reader final : public SegmentReader {
   public:
    explicit Reader(const StoreOptions& options)
        : database_(options.path, Database::Mode::read_only, options.vfs),
          newest_(database_,
                  "SELECT first_seq, last_seq, min_tis, max_tis, geojson, evidence FROM segment WHERE track = ? "
                  "ORDER BY first_seq DESC") {
        sqlite3_busy_timeout(database_.handle(), other_process_wait_ms);
    }

    std::vector<Segment> newest(TrackNumber track, std::size_t points) override {
        std::vector<Segment> segments;
        std::size_t found = 0;
        newest_.bind(1, track);
        while (found < points && newest_.step()) {
            segments.push_back({.track = track,
                                .first_seq = static_cast<std::uint32_t>(newest_.number(0)),
                                .last_seq = static_cast<std::uint32_t>(newest_.number(1)),
                                .min_tis_ms = newest_.number(2),
                                .max_tis_ms = newest_.number(3),
                                .geojson = std::string(newest_.bytes(4)),
                                .evidence = std::string(newest_.bytes(5))});
            found += segments.back().last_seq - segments.back().first_seq + 1;
        }
        newest_.reset();
        return {segments.rbegin(), segments.rend()};
    }

   private:
    Database database_;
    Statement newest_;
};

}  // namespace

std::unique_ptr<SqliteTraceStore> open_trace_store(const StoreOptions& options) {
    return std::make_unique<Store>(options);
}

std::unique_ptr<SegmentReader> open_segment_reader(const StoreOptions& options) {
    return std::make_unique<Reader>(options);
}

}  // namespace simtrail::storage
