#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/tracing/trace_store.hpp"
#include "engine/tracing/tracker.hpp"

namespace simtrail::runtime {

/// The tracks a store held when it was opened, and what its journal has of each. Journal rows stand for the blocks 1, 2, …;
/// new blocks are numbered after them. Shards share it: each asks only for tracks of its own, so none waits.
class RecoveredTracks {
   public:
    /// Keeps `recovery`'s journal bytes. Throws std::runtime_error where a row is malformed.
    explicit RecoveredTracks(Recovery recovery);

    bool contains(TrackNumber track) const noexcept { return subscribers_.contains(track); }
    std::optional<Msisdn> subscriber(TrackNumber track) const;
    std::span<const Tracker::Journalled> journal(TrackNumber track) const;

    const std::unordered_map<TrackNumber, Msisdn>& subscribers() const noexcept { return subscribers_; }
    /// Tracks that have journal entries, ascending.
    const std::vector<TrackNumber>& journalled() const noexcept { return journalled_; }
    const Recovery& recovery() const noexcept { return recovery_; }
    std::uint64_t blocks() const noexcept { return recovery_.journal.size(); }

   private:
    Recovery recovery_;
    std::unordered_map<TrackNumber, Msisdn> subscribers_;
    std::unordered_map<TrackNumber, std::vector<Tracker::Journalled>> entries_;
    std::vector<TrackNumber> journalled_;
};

}  // namespace simtrail::runtime
