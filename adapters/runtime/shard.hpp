#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "adapters/feed/block.hpp"
#include "adapters/feed/decoder_cache.hpp"
#include "adapters/feed/line_decoder.hpp"
#include "adapters/runtime/recovered_tracks.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/tracing/traced_event.hpp"
#include "engine/tracing/tracker.hpp"

namespace simtrail::runtime {

/// What a shard is given. Everything in it must outlive the shard.
struct ShardSetup {
    std::uint32_t index = 0, shards = 1;  // it owns the tracks whose number mod `shards` is `index`
    const CellTable* cells = nullptr;
    std::int64_t hold_ms = 0;
    Breadth breadth = full_breadth;
    RecoveredTracks* recovered = nullptr;  // of all shards; each touches its own tracks only
    std::unique_ptr<SegmentReader> segments;
    // In a replay:
    std::vector<std::unique_ptr<feed::LineDecoder>> decoders;  // one a feed
    std::function<TrackInfo(TrackNumber, Msisdn)>
        name_track;  // in a laboratory mode: identity of a new track; called on the shard's thread
    // Where the ledger says when events of a track count (Block::gate_changes):
    bool gated = false;
    bool records = false;        // lines of events that counted are kept for the recording
    bool on_feed_clock = false;  // a replay's: an event arrives when it was observed
    std::function<void(const Track&)>
        on_restored;  // a track of the store came into memory; called under the shard's lock
};

/// Owns a share of the tracks: decodes their lines, takes the events, cuts segments. One thread processes; others may look at
/// a track's newest points meanwhile.
class Shard {
   public:
    explicit Shard(ShardSetup setup);
    ~Shard();

    /// Does this shard's part of a block. `now_ms`: when the block arrived.
    void process(feed::Block& block, std::int64_t now_ms);

    /// When events of this track count, before the first block.
    void admit(const ledger::GateChange& gate);

    /// A track's newest points in order of seq, durable or not: those in its ring, and before them what a live shard has cut and
    /// the store may not have yet. None where it is not in memory and the
    /// store's segments have all there is. Any thread; waits for a few lines at most.
    std::vector<TracePoint> newest_points(TrackNumber number);

    /// Those of them that no segment has, with the events behind them. As above.
    std::vector<TracedEvent> newest_traced(TrackNumber number);

    /// Other cells from the next block on. `cells` outlives the shard. Any thread.
    void use_cells(const CellTable& cells);

    /// More or fewer candidates from the next block on. Any thread.
    void use_breadth(const Breadth& breadth);

    /// True after a draining block that found nothing left to publish or cut.
    bool drained() const noexcept { return drained_; }  // any thread

   private:
    struct Slot {
        std::unique_ptr<Track> track;         // null: not met yet, or at rest
        std::vector<ledger::Window> windows;  // of a gated shard
        std::int64_t ends_ms = 0;             // of the open one, at the latest
    };
    struct CutSegment {
        std::uint64_t block;
        Segment segment;
    };
    struct AtRest {
        TrackNumber track;
        std::uint64_t block;  // its last points are in this block or an earlier one
    };

    void take_lines(feed::Block& block, std::int64_t now_ms, std::unique_lock<std::mutex>& lock);
    void take(const feed::GatedLine& line, const CellEvent& event, feed::Block& block, std::int64_t now_ms);
    feed::LineDecoder& decoder_of(const feed::Block& block, std::uint32_t feed);
    feed::Tally& tally_of(const feed::GatedLine& line, feed::Block::Part& part) noexcept;
    bool admits(TrackNumber track, std::int64_t ts_ms, std::int64_t now_ms) const noexcept;
    void change_gate(const ledger::GateChange& change, feed::Block& block);
    void put_to_rest(TrackNumber number, feed::Block& block);
    void keep_cut_segments(const feed::Block& block);
    std::vector<const Segment*> cut_segments_of(TrackNumber number, std::uint32_t before_seq) const;
    void unload_at_rest(std::uint64_t committed_up_to);
    void forget(TrackNumber number, Slot& slot, TrackOutput& output);
    Track* untouched(TrackNumber number);
    void cut_some(feed::Block& block);
    void drain_some(feed::Block& block);
    void let_others_look(std::unique_lock<std::mutex>& lock);
    Slot& slot(TrackNumber number);
    Track* existing(TrackNumber number) const noexcept;
    const Track* looked_at(TrackNumber number);
    Track& track_of(const feed::GatedLine& line, Msisdn msisdn, feed::Block::Part& part);
    Track& load(TrackNumber number, Msisdn msisdn);

    ShardSetup setup_;
    Tracker tracker_;
    feed::DecoderCache live_decoders_;
    std::mutex mutex_;                        // of all that follows; held while processing
    std::atomic<int> looking_ = 0;            // threads that wait for it
    std::vector<Slot> slots_;                 // number / shards
    std::unordered_set<TrackNumber> rested_;  // the recovered journal says nothing of them any more
    std::deque<AtRest> at_rest_;
    std::deque<CutSegment>
        cut_segments_;               // of a live shard's blocks under way, for readers while commits take their time
    std::vector<CellEvent> events_;  // of a batch of lines
    feed::Tally uncounted_;
    std::uint64_t cut_target_ = 0;
    std::size_t cut_cursor_ = 0, drain_cursor_ = 0;
    bool cutting_ = false;
    std::atomic<bool> drained_ = false;
};

}  // namespace simtrail::runtime
