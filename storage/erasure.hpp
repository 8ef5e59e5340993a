#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/changes.hpp"
#include "storage/sqlite.hpp"
#include "storage/subscribers.hpp"

namespace simtrail::storage {

/// Journal bytes without the entries of some tracks (ascending); the other entries stay byte for byte. Nothing where none of
/// these tracks has an entry. Throws StoreError on malformed bytes.
std::optional<std::string> journal_without(std::string_view bytes, std::span<const TrackNumber> tracks);

/// Removes tracks with their traces, and all that the database holds of a subscriber, within the caller's transaction. Old
/// bytes are overwritten (`secure_delete`); what the WAL still has goes with the checkpoint after it.
class Erasure {
   public:
    /// Both outlive it.
    Erasure(Database& database, Subscribers& subscribers);

    /// Tracks that go with these changes, ascending: the removed ones, and all of erased and purged subscribers.
    std::vector<TrackNumber> tracks_of(const ledger::LedgerChanges& changes);

    /// Deletes these tracks and their segments, and rewrites the journal rows that hold points of them. The number of bytes
    /// that the journal lost.
    std::uint64_t remove(std::span<const TrackNumber> tracks);

    /// Deletes everything of the erased and purged subscribers but their tracks.
    void remove_subscribers(const ledger::LedgerChanges& changes);

   private:
    void remove_subscriber(Msisdn msisdn);
    std::uint64_t rewrite_row(std::int64_t number, std::span<const TrackNumber> tracks);

    Database* database_;
    Subscribers* subscribers_;
    Statement tracks_, segments_, track_, entries_, rewrite_, consents_, evidence_, texts_, callbacks_, answers_of_,
        answers_;
};

}  // namespace simtrail::storage
