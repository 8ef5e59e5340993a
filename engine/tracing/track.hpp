#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/events/cell_event.hpp"
#include "engine/positioning/motion_filter.hpp"
#include "engine/tracing/earlier_points.hpp"
#include "engine/tracing/journal.hpp"
#include "engine/tracing/packed_point.hpp"

namespace simtrail {

inline constexpr std::int64_t never_ms = std::numeric_limits<std::int64_t>::min();

/// An event waiting until nothing earlier can come any more.
struct HeldEvent {
    std::int64_t ts_ms = 0;
    CellIdentity serving;
    std::uint64_t block = 0;  // the block of input it came in
    std::string evidence;     // self-contained
    bool restored = false;    // taken, and counted, by an earlier run
};

/// One track in memory: its newest points in a ring, the evidence of those no segment covers yet, and the state that the
/// next event needs. Owned by one shard; 2.5 KB, because a carrier has ten million.
struct Track {
    static constexpr std::size_t ring_capacity = 64;
    static constexpr std::size_t evidence_capacity =
        896;                                     // 14 bytes a point; a cut comes earlier where neighbours take more
    static constexpr std::size_t max_held = 64;  // beyond it the oldest is let go before its time

    explicit Track(TrackNumber track_number, Msisdn subscriber) : number(track_number), msisdn(subscriber) {}

    TrackNumber number;
    std::uint32_t next_seq = 1;
    std::uint32_t segmented_seq = 0;       // points up to here have segments
    std::uint32_t evidence_size = 0;       // bytes in use
    std::int64_t newest_ms = never_ms;     // of all events taken
    std::int64_t published_ms = never_ms;  // of the newest point in order
    std::uint64_t oldest_block = 0;        // oldest block of input the journal must keep for this track; 0: none
    Msisdn msisdn;
    MotionFilter motion;
    CellIdentity evidence_reference;  // serving cell of the last evidence, where evidence_size > 0
    std::vector<HeldEvent> held;      // by (ts, radio, cell)

    std::unique_ptr<EarlierPoints> earlier;  // of the last hour, where the ring does not reach back so far
    std::array<std::uint32_t, ring_capacity> cell_hashes{};  // beside `ring`: to know a duplicate
    std::array<PackedPoint, ring_capacity> ring{};           // slot (seq - 1) mod capacity
    std::array<char, evidence_capacity> evidence;            // chained, of points segmented_seq+1 ...

    static constexpr std::size_t slot(std::uint32_t seq) noexcept { return (seq - 1) % ring_capacity; }
    /// The points of the ring, by seq.
    std::vector<TracePoint> newest_points() const {
        std::vector<TracePoint> points;
        const std::uint32_t count = next_seq - 1 < ring_capacity ? next_seq - 1 : ring_capacity;
        for (std::uint32_t seq = next_seq - count; seq < next_seq; ++seq)
            points.push_back(ring[slot(seq)].unpacked(seq));
        return points;
    }
    std::uint32_t uncut() const noexcept { return next_seq - 1 - segmented_seq; }
};

static_assert(sizeof(Track) <= 2560, "2.5 KB a track (targets.md: 1 M tracks in 2.5 GB)");

}  // namespace simtrail
