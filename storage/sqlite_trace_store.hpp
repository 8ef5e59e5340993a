#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/ledger/ledger_store.hpp"
#include "engine/tracing/trace_store.hpp"

namespace simtrail::storage {

/// Where the writer stands; the crash tests end the process there.
enum class Phase : std::uint8_t { recovery, before_commit, within_commit, after_commit, cut, checkpoint };

struct StoreOptions {
    std::string path;
    const char* vfs = nullptr;                    // nullptr: the operating system's
    const char* synchronous = "FULL";             // OFF only to show that the power-loss test can fail
    std::int64_t checkpoint_at_bytes = 64 << 20;  // of WAL: more stalls the writer longer, less writes pages more often
    std::function<void(Phase)> observe;           // called by the writer's thread; may not throw
};

/// What the store did and how big it is, for reports.
struct StoreStatistics {
    std::uint64_t commits = 0, checkpoints = 0;
    std::uint64_t file_bytes = 0;     // the database file, after the last checkpoint
    std::uint64_t free_bytes = 0;     // of these, on the free list
    std::uint64_t journal_bytes = 0;  // in rows not yet covered by segments
    std::int64_t commit_ns = 0, checkpoint_ns = 0;
    std::string pragmas;  // read back from the connection
};

/// One writer's store: points, segments and ledger, on one connection. A batch that erases (removed tracks, erased or purged
/// subscribers, answers to the operator) holds nothing more of those tracks, and neither may later ones.
class SqliteTraceStore : public TraceStore, public ledger::LedgerStore {
   public:
    /// The file as it is read and written back; also for the benchmark's report.
    virtual StoreStatistics statistics() = 0;
    /// Writes the WAL back into the file and empties it, so that the database is one file. The work is over.
    virtual void close() = 0;
};

/// Opens or creates a database for its one writer. Throws StoreError.
std::unique_ptr<SqliteTraceStore> open_trace_store(const StoreOptions& options);

/// A read-only connection for one shard. The store must be open.
std::unique_ptr<SegmentReader> open_segment_reader(const StoreOptions& options);

}  // namespace simtrail::storage
