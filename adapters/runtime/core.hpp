#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/runtime/candidate_switch.hpp"
#include "adapters/runtime/desks.hpp"
#include "adapters/runtime/feed_sources.hpp"
#include "adapters/runtime/intake.hpp"
#include "adapters/runtime/writer.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/tracing/smoothed_trace.hpp"

namespace simtrail::runtime {

/// What the core works with; all of it outlives the core, but what is moved in.
struct CoreSetup {
    TraceStore& store;
    ledger::LedgerStore& ledger_store;
    std::function<std::unique_ptr<SegmentReader>()> open_segments;
    std::function<std::unique_ptr<TracePages>()> open_pages;
    std::shared_ptr<const CellTable> cells;
    ledger::Identities& identities;
    ledger::LedgerRules rules;
    std::uint32_t shards = 1;
    std::int64_t hold_ms = 0;
    CandidateChoice candidates = CandidateChoice::full;
    WriterLimits limits{};
    WriterHooks hooks;
    /// On a shard's thread: so many points were located with few candidates; and from here on they are, or no longer are.
    std::function<void(std::uint64_t points)> on_few_candidates;
    std::function<void(std::uint32_t shard, bool few)> on_candidates_changed;
    /// On a reader's thread, once a track: of these points the stored evidence is damaged; hindsight passes them over.
    std::function<void(TrackNumber, const std::vector<SeqRange>&)> on_damaged_evidence;
    std::function<void(const std::string&)> on_fatal;  // a thread ended by an exception: the process must end
};

/// The daemon's engine room: intake, shards, writer, readers and the ledger, with their threads. It knows no sockets.
class Core final : public ControlDesk, public TraceDesk, public SourcePositions {
   public:
    /// Recovers what the store holds. Throws what the store throws.
    explicit Core(CoreSetup setup);
    /// Drains.
    ~Core() override;

    /// Starts the threads; hooks are called from here on.
    void start();

    /// Commits everything taken so far, and ends the threads. Nothing may be submitted or taken any more.
    void drain();

    bool submit(ControlRequest request) override;
    void read(const std::function<void(const ledger::LedgerBook&)>& look) const override;
    std::int64_t now_ms() const override;

    void page(TraceRange range, PageDone done) override;
    void smoothed_page(TraceRange range, PageDone done) override;
    void arrived_after(TrackNumber track, std::uint32_t seq, std::size_t limit, PageDone done) override;
    void last_position(TrackNumber track, std::move_only_function<void(std::optional<LastPosition>)> done) override;
    std::unique_ptr<Subscription> subscribe(TrackNumber track,
                                            std::function<void(std::span<const TracePoint>)> on_points) override;

    std::uint64_t lines_of(const std::string& source) const override;

    /// Positions of recorded files, as they were when the store was opened.
    const std::vector<FeedPosition>& file_positions() const;

    /// From the next block on.
    void use_cells(std::shared_ptr<const CellTable> cells);

    Intake& intake();
    WriterInbox& inbox();
    const Board& board() const;

   private:
    struct Threads;
    std::unique_ptr<Threads> threads_;
};

}  // namespace simtrail::runtime
