#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "engine/tracing/track.hpp"
#include "engine/tracing/tracker.hpp"

namespace simtrail::runtime {

/// What is durable of each track's points: up to which seq, and the newest in time. The writer puts it here after each
/// commit; anybody reads it. About 48 bytes a track.
class Board {
   public:
    /// What the store holds of a track: all of it is durable. Its newest points, in any order; none: it has no position.
    /// Does nothing where the track is known already.
    void stored(TrackNumber track, std::span<const TracePoint> newest);

    /// These points are durable. The tracks among them that `watch` asked for, once each.
    std::vector<TrackNumber> publish(std::span<const TrackOutput::Published> points, std::int64_t arrived_ms);

    /// The next point of this track is to be told by `publish`; silence counts from `now_ms` at the earliest.
    void watch(TrackNumber track, std::int64_t now_ms);
    /// Its gate is shut: nobody waits for it.
    void rest(TrackNumber track);
    void forget(TrackNumber track);

    struct Entry {
        std::uint32_t durable_seq = 0;
        std::uint32_t last_seq = 0;  // of `last`; 0: no position
        PackedPoint last;            // newest in time
        std::int64_t heard_ms = 0;   // when its newest event came, or it was started
        bool known = false;          // restored, or published since the start
        bool runs = false;
        bool watched = false;
        bool silent = false;  // told
    };
    Entry entry(TrackNumber track) const;

    /// Running tracks that have not been heard since `before_ms`, among `count` numbers from `from` on: each is told once, and
    /// watched from then on.
    std::vector<TrackNumber> fallen_silent(TrackNumber from, std::size_t count, std::int64_t before_ms);
    TrackNumber size() const;

   private:
    static constexpr std::size_t chunk_tracks = 1024;
    using Chunk = std::array<Entry, chunk_tracks>;

    Entry& at(TrackNumber track);
    const Entry* find(TrackNumber track) const;

    mutable std::mutex mutex_;  // held for one chunk of points at a time
    std::vector<std::unique_ptr<Chunk>> chunks_;
};

}  // namespace simtrail::runtime
