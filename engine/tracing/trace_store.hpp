#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/events/msisdn.hpp"
#include "engine/ledger/ledger_store.hpp"
#include "engine/tracing/journal.hpp"
#include "engine/tracing/trace_source.hpp"

namespace simtrail {

/// A track's points `first_seq` to `last_seq` on their way into the store, or from it.
struct Segment {
    TrackNumber track = 0;
    std::uint32_t first_seq = 0, last_seq = 0;
    std::int64_t min_tis_ms = 0, max_tis_ms = 0;
    std::string geojson;   // one Feature (engine/geojson/segment.hpp)
    std::string evidence;  // of its points, then the track's state after them
};

/// A track as the gate knows it after a restart.
struct KnownTrack {
    TrackNumber number = 0;
    Msisdn msisdn;
};

/// How far a recorded feed has been read. A feed is known by its content: its first bytes, then all bytes up to `bytes`.
struct FeedPosition {
    std::uint32_t id = 0;          // given by whoever starts a feed; unique in the store
    std::string name;              // for people: the file's name when it was last seen
    std::uint64_t head_bytes = 0;  // the feed's beginning that `head_hash` is of
    std::array<std::uint64_t, 2> head_hash{};
    std::uint64_t bytes = 0;                     // decompressed bytes taken
    std::uint64_t lines = 0;                     // lines taken, bad and blank ones included
    std::array<std::uint64_t, 2> prefix_hash{};  // of those bytes (XXH3, 128 bits)
};

/// Everything of one group commit: all of it becomes durable, or nothing.
struct Batch {
    std::vector<std::string_view> journal;  // one row is made of these pieces; none: no row
    std::vector<Segment> segments;
    std::vector<TrackInfo> tracks;          // new ones
    std::vector<FeedPosition> positions;    // each replaces the one of its id
    std::int64_t retire_journal_up_to = 0;  // rows up to this number are covered by segments; 0: none
    ledger::LedgerBatch ledger;             // the control side

    /// Nothing to commit.
    bool empty() const noexcept {
        return journal.empty() && segments.empty() && positions.empty() && retire_journal_up_to == 0 && ledger.empty();
    }
};

/// What a store holds when it is opened: enough to go on where it was.
struct Recovery {
    struct Row {
        std::int64_t number = 0;
        std::string bytes;
    };
    std::vector<KnownTrack> tracks;
    std::vector<Row> journal;  // ascending
    std::vector<FeedPosition> positions;
};

/// The one write port. Implementations throw std::runtime_error with a message for people when the store fails; nothing
/// of that batch is then acknowledged. One thread at a time.
class TraceStore {
   public:
    virtual ~TraceStore() = default;

    virtual Recovery recover() = 0;

    /// Durable when it returns. The number of the journal row made, 0 where there was none.
    virtual std::int64_t commit(const Batch& batch) = 0;
};

/// Reads a track's newest segments, for a shard that meets it first. Own connection: beside the writer, one thread each.
class SegmentReader {
   public:
    virtual ~SegmentReader() = default;

    /// The newest segments that hold at least `points` points together (all, where there are fewer) and reach back at least
    /// `reach_ms` from the newest point, `most` points at most for that; oldest first.
    struct Amount {
        std::size_t points;
        std::int64_t reach_ms;
        std::size_t most;
    };
    virtual std::vector<Segment> newest(TrackNumber track, const Amount& amount) = 0;
};

}  // namespace simtrail
