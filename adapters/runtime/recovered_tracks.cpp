#include "adapters/runtime/recovered_tracks.hpp"

#include <algorithm>
#include <stdexcept>

namespace simtrail::runtime {

RecoveredTracks::RecoveredTracks(Recovery recovery) : recovery_(std::move(recovery)) {
    for (const KnownTrack& track : recovery_.tracks) subscribers_.emplace(track.number, track.msisdn);
    std::uint64_t block = 0;
    for (const Recovery::Row& row : recovery_.journal) {
        ++block;
        const bool whole = for_each_journal_entry(
            row.bytes, [&](const JournalEntry& entry) { entries_[entry.track].push_back({block, entry}); });
        if (!whole)
            throw std::runtime_error("journal row " + std::to_string(row.number) + " of the database is damaged");
    }
    for (const auto& [track, entries] : entries_) {
        if (!contains(track))
            throw std::runtime_error("the journal names track " + std::to_string(track) + ", which is none");
        journalled_.push_back(track);
    }
    std::ranges::sort(journalled_);
}

std::optional<Msisdn> RecoveredTracks::subscriber(TrackNumber track) const {
    const auto found = subscribers_.find(track);
    return found == subscribers_.end() ? std::nullopt : std::optional(found->second);
}

std::span<const Tracker::Journalled> RecoveredTracks::journal(TrackNumber track) const {
    const auto found = entries_.find(track);
    return found == entries_.end() ? std::span<const Tracker::Journalled>{} : found->second;
}

}  // namespace simtrail::runtime
