#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "adapters/feed/feed_reader.hpp"
#include "adapters/runtime/bounded_queue.hpp"
#include "adapters/runtime/group_commit.hpp"
#include "adapters/runtime/replay_ledger.hpp"
#include "adapters/runtime/shard.hpp"
#include "engine/tracing/trace_store.hpp"

namespace simtrail::runtime {

/// What a run did; every line read is in exactly one outcome.
struct RunTotals {
    std::uint64_t lines = 0;
    feed::OutcomeCounts outcomes;
    std::uint64_t points = 0, tracks = 0, segments = 0, commits = 0;
    std::uint64_t journal_peak_bytes = 0;
    std::array<std::uint64_t, confidence_names.size()> by_confidence{};
    std::array<std::uint64_t, error_reason_names.size()> by_reason{};
    std::int64_t reader_cpu_ns = 0, writer_cpu_ns = 0;  // of the threads
    std::vector<std::int64_t> shard_cpu_ns;
};

/// When to commit and when to cut. Tests make them small.
struct PipelineLimits {
    /// A commit waits for this many points, or this long: one fsync serves them all. A recorded feed has nobody waiting for
    /// an acknowledgement, so its commits fall by count, and two replays write the same file.
    std::chrono::milliseconds commit_wait{1000};
    std::uint64_t commit_points = 32'768;
    /// The journal's bound, beyond which tracks are cut early: the larger of the two (DESIGN, rules for storage, 2).
    std::uint64_t journal_bytes = 256ULL << 20;
    std::uint64_t journal_bytes_a_track = 16 * 48;
    /// Of lines in a block: much less than a core's cache, enough that queues cost nothing.
    std::size_t block_bytes = 192 * 1024;
};

struct PipelineOptions {
    PipelineLimits limits{};
    std::function<std::int64_t()> now_ms;                         // arrival of what is being read, Unix ms
    std::function<void(const feed::Rejection&)> on_rejection;     // on the writer's thread
    std::function<void(std::uint64_t source_bytes)> on_progress;  // on the reader's thread
    ReplayLedger* ledger = nullptr;                               // where no laboratory mode says who is tracked
};

/// Reader, shards and writer with bounded queues between them: feeds → blocks → parts → one commit for several blocks.
/// A block's lines are acknowledged (their position stored) in the transaction that stores their points.
class Pipeline {
   public:
    Pipeline(feed::FeedReader& reader, std::vector<ShardSetup> shards, TraceStore& store,
             const RecoveredTracks& recovered, PipelineOptions options);
    ~Pipeline();

    /// Reads the feeds to their end, publishes what is held and cuts every track. Rethrows what a thread threw.
    RunTotals run();

   private:
    using BlockQueue = BoundedQueue<feed::Block*>;

    void read_feeds();
    bool pass_on(feed::Block& block);
    void run_shard(std::size_t index);
    void run_writer();
    bool take_more(std::vector<feed::Block*>& blocks);
    void decide(feed::Block& block);
    void finish();
    void write(std::vector<feed::Block*>& blocks);
    void count(const feed::Block& block);
    void guarded(const std::function<void()>& body) noexcept;
    void stop() noexcept;
    bool failed();

    feed::FeedReader& reader_;
    PipelineOptions options_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::vector<std::unique_ptr<feed::Block>> blocks_;
    BlockQueue free_, done_;
    std::vector<std::unique_ptr<BlockQueue>> shard_queues_;
    BoundedQueue<std::vector<ledger::GateChange>> decisions_;  // of a block that asked for some, for the reader
    bool needs_next_block_ = false;                            // it shuts a gate that the writer's blocks decided
    GroupCommit commit_;
    std::chrono::steady_clock::time_point commit_deadline_;  // of what the writer has
    std::uint64_t next_block_ = 1;
    std::uint64_t known_tracks_ = 0;  // of the store, when it was opened
    std::atomic<std::uint64_t> cut_up_to_ = 0, committed_up_to_ = 0;
    std::atomic<std::size_t> running_shards_ = 0;
    RunTotals totals_;
    std::mutex failure_mutex_;
    std::exception_ptr failure_;
};

}  // namespace simtrail::runtime
