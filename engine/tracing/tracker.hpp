#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/cells/cell_table.hpp"
#include "engine/positioning/breadth.hpp"
#include "engine/tracing/trace_store.hpp"
#include "engine/tracing/track.hpp"

namespace simtrail {

/// What tracking some input produced, for the writer. Reused from block to block.
struct TrackOutput {
    std::string journal;
    std::vector<Segment> segments;
    std::uint64_t points = 0;
    // Events taken in this run that gave no position after all, or turned out to be from the future.
    std::uint64_t unlocatable = 0, future = 0;
    std::array<std::uint64_t, confidence_names.size()> by_confidence{};
    std::array<std::uint64_t, error_reason_names.size()> by_reason{};

    /// A point as it was published, for those who show it once it is durable; gathered where `wants_published`.
    struct Published {
        TrackNumber track;
        std::uint32_t seq;
        PackedPoint point;
    };
    std::vector<Published> published;
    bool wants_published = false;

    /// A track began (+1) or ceased (-1) to need the journal from that block on.
    struct Pin {
        std::uint64_t block;
        std::int32_t change;
    };
    std::vector<Pin> pins;

    /// Empty again, memory kept.
    void clear() {
        journal.clear();
        segments.clear();
        points = unlocatable = future = 0;
        by_confidence = {};
        by_reason = {};
        published.clear();
        pins.clear();
    }
};

/// Takes events into tracks: order, duplicates, position, ring, journal, segments. Pure: one a shard, no threads, no clock.
class Tracker {
   public:
    enum class Taken : std::uint8_t { taken, duplicate, late };

    static constexpr std::int64_t latest_ms = 3'600'000;  // events further behind are dropped

    /// `hold_ms`: how long an event waits for earlier ones, in the subscriber's own feed time.
    Tracker(const CellTable& cells, std::int64_t hold_ms, const Breadth& breadth = full_breadth) noexcept
        : cells_(&cells), hold_ms_(hold_ms), breadth_(breadth) {}

    /// From the next event on.
    void use(const CellTable& cells) noexcept { cells_ = &cells; }
    void use(const Breadth& breadth) noexcept { breadth_ = breadth; }

    /// Takes one event of `block` (numbers ascend from 1). Points that it releases go to `out`.
    Taken take(Track& track, const CellEvent& event, std::uint64_t block, TrackOutput& out) const;

    /// The feed has ended: publishes what is still held.
    void release(Track& track, std::uint64_t block, TrackOutput& out) const;

    /// Turns the uncut points into a segment, and lets go of the journal up to `block`: events still held from before
    /// are journalled again.
    void cut(Track& track, std::uint64_t block, TrackOutput& out) const;

    /// The track is deleted: nothing of it needs the journal any more, and nothing of it is cut.
    static void forget(Track& track, TrackOutput& out);

    /// Rebuilds a track from its newest segments (as many as `restored` says, oldest first) and its journal entries in order,
    /// each with the block that stands for its row; the state after the segments is located again. Throws std::runtime_error on contradictory or malformed bytes.
    static constexpr SegmentReader::Amount restored{.points = Track::ring_capacity,
                                                    .reach_ms = latest_ms,
                                                    .most = Track::ring_capacity + EarlierPoints::max_points};
    struct Journalled {
        std::uint64_t block;
        JournalEntry entry;
    };
    void restore(Track& track, std::span<const Segment> segments, std::span<const Journalled> entries) const;

   private:
    /// False where the event gives no position.
    bool publish(Track& track, const CellEvent& event, std::string_view evidence, bool stale, std::uint64_t block,
                 TrackOutput& out) const;
    void reject_leap(Track& track, std::int64_t ts_ms, std::uint64_t block, TrackOutput& out) const;
    void release_until(Track& track, std::int64_t ts_ms, std::uint64_t block, TrackOutput& out) const;

    const CellTable* cells_;
    std::int64_t hold_ms_;
    Breadth breadth_;
};

}  // namespace simtrail
