#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "adapters/runtime/board.hpp"
#include "adapters/runtime/desks.hpp"
#include "adapters/runtime/shard.hpp"
#include "engine/tracing/smoothed_trace.hpp"
#include "engine/tracing/trace_page.hpp"

namespace simtrail::runtime {

/// Reads traces: the ring first, then segments below it; only what is durable. Its own thread and connection, so that
/// neither the writer's fsync nor a long page holds up anything else.
class TraceReader {
   public:
    /// Everything outlives it. `shards` by index: a track lives on the one of its number mod their count. `most_waiting`
    /// requests; beyond them readers are told to come again.
    /// `on_damaged` is told, on the thread and once a track, of points whose stored evidence is damaged.
    using OnDamaged = std::function<void(TrackNumber, const std::vector<SeqRange>&)>;
    TraceReader(std::vector<Shard*> shards, Board& board, std::unique_ptr<TracePages> pages,
                std::size_t most_waiting = 1024, OnDamaged on_damaged = {});
    ~TraceReader();
    TraceReader(const TraceReader&) = delete;
    TraceReader& operator=(const TraceReader&) = delete;

    /// Ends the thread, in the middle of a smoothed page; what is asked from here on is refused.
    void stop();

    void page(const TraceRange& range, TraceDesk::PageDone done);
    /// The same points with hindsight; what was observed before `oldest_ms` is left out of mind.
    void smoothed_page(const TraceRange& range, std::int64_t oldest_ms, TraceDesk::PageDone done);
    /// What smoothed pages are estimated with, from the next one on. Any thread.
    void use_cells(std::shared_ptr<const CellTable> cells);
    void arrived_after(TrackNumber track, std::uint32_t seq, std::size_t limit, TraceDesk::PageDone done);
    void last_position(TrackNumber track, std::move_only_function<void(std::optional<LastPosition>)> done);

   private:
    using Read = std::function<TraceDesk::Page(std::uint32_t before_seq, std::uint32_t& last_stored)>;

    void run();
    void put(std::move_only_function<void()> work, TraceDesk::PageDone* refused);
    /// Makes a page on the thread; an exception becomes its error.
    void answer(std::function<TraceDesk::Page()> made, TraceDesk::PageDone done);
    TraceDesk::Page read(TrackNumber track, const Read& segments, const std::function<bool(const TracePoint&)>& wanted);
    TraceDesk::Page listed(const TraceRange& range);
    TraceDesk::Page arrived(TrackNumber track, std::uint32_t seq, std::size_t limit);
    TraceDesk::Page smoothed(const TraceRange& range, std::int64_t oldest_ms);
    void go_on();
    std::vector<TracedEvent> traced(const TraceRange& range);
    void look_up(TrackNumber track);

    std::vector<Shard*> shards_;
    Board& board_;
    std::unique_ptr<TracePages> pages_;
    std::size_t most_waiting_;
    OnDamaged on_damaged_;
    std::unordered_set<TrackNumber> told_damaged_;
    std::mutex mutex_;
    std::shared_ptr<const CellTable> cells_;
    std::condition_variable filled_;
    std::deque<std::move_only_function<void()>> work_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace simtrail::runtime
