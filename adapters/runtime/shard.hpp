#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "adapters/feed/block.hpp"
#include "adapters/feed/line_decoder.hpp"
#include "adapters/runtime/recovered_tracks.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/tracing/tracker.hpp"

namespace simtrail::runtime {

/// What a shard is given. Everything in it must outlive the shard.
struct ShardSetup {
    std::uint32_t index = 0, shards = 1;  // it owns the tracks whose number mod `shards` is `index`
    const CellTable* cells = nullptr;
    std::int64_t hold_ms = 0;
    RecoveredTracks* recovered = nullptr;  // of all shards; each touches its own tracks only
    std::unique_ptr<SegmentReader> segments;
    std::vector<std::unique_ptr<feed::LineDecoder>> decoders;  // one a feed
    std::function<TrackInfo(TrackNumber, Msisdn)> name_track;  // identity of a new track; called on the shard's thread
};

/// Owns a share of the tracks: decodes their lines, takes the events, cuts segments. One thread.
class Shard {
   public:
    explicit Shard(ShardSetup setup);
    ~Shard();

    /// Does this shard's part of a block. `now_ms`: when the block arrived.
    void process(feed::Block& block, std::int64_t now_ms);

    /// True after a draining block that found nothing left to publish or cut.
    bool drained() const noexcept { return drained_; }  // any thread

   private:
    void take_lines(feed::Block& block, std::int64_t now_ms);
    void take(const feed::GatedLine& line, const CellEvent& event, feed::Block& block, std::int64_t now_ms);
    void cut_some(feed::Block& block);
    void drain_some(feed::Block& block);
    Track* existing(TrackNumber number);
    Track& track_of(const feed::GatedLine& line, Msisdn msisdn, feed::Block::Part& part);
    Track& load(TrackNumber number, Msisdn msisdn);

    ShardSetup setup_;
    Tracker tracker_;
    std::vector<std::unique_ptr<Track>> tracks_;  // slot: number / shards; null: not met yet
    std::vector<CellEvent> events_;               // of a batch of lines
    std::uint64_t cut_target_ = 0;
    std::size_t cut_cursor_ = 0, drain_cursor_ = 0;
    bool cutting_ = false;
    std::atomic<bool> drained_ = false;
};

}  // namespace simtrail::runtime
