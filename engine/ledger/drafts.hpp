#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/ledger/changes.hpp"
#include "engine/ledger/deadlines.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/ledger/ledger_book.hpp"
#include "engine/ledger/records.hpp"

namespace simtrail::ledger {

/// What is decided and not durable yet, over the book: lookups see it first, `changes` gathers it for the commit. Knows
/// records, numbers and deadlines; the rules of consents and tracks are elsewhere. One thread.
class Drafts {
   public:
    /// `durable` is the book's and outlives it; `counters` are the book's.
    Drafts(const Records& durable, const Counters& counters, LedgerRules rules);

    // Pointers are valid until the record changes, is removed, committed or rolled back.
    const Consent* consent(std::uint32_t number) const;
    const Consent* consent(std::string_view tenant, Msisdn msisdn) const;
    const SimTrack* track(TrackNumber number) const;
    const SimTrack* track_by_id(std::string_view track_id) const;
    const SimTrack* track_by_name(std::string_view tenant, std::string_view name) const;
    std::vector<std::uint32_t> consents_of(Msisdn msisdn) const;
    std::vector<TrackNumber> tracks_of(Msisdn msisdn) const;

    /// New records take their number here first.
    std::uint32_t new_consent() { return ++counters_.consent; }
    TrackNumber new_track() { return ++counters_.track; }

    void put(const Consent& changed);
    void put(const SimTrack& changed);
    /// Where nothing else is left of the subscriber, they are purged.
    void remove(const Consent& consent);
    void remove(const SimTrack& track);
    void gate(const SimTrack& track, std::vector<Window> windows);
    void text(OutgoingText text);
    void callback(OutgoingCallback callback);
    void evidence(Evidence evidence);
    /// Removes everything of a subscriber, and what is pending about them.
    void erase(Msisdn msisdn);

    std::optional<Deadline> soonest() { return deadlines_.soonest(); }

    const LedgerChanges& changes() const noexcept { return changes_; }
    const Counters& counters() const noexcept { return counters_; }
    void committed();
    void rolled_back();

   private:
    bool is_current(const Deadline& deadline) const;
    void purge_if_gone(Msisdn msisdn);
    void forget();

    const Records& durable_;
    LedgerRules rules_;
    Records changed_;
    std::unordered_set<std::uint32_t> removed_consents_;
    std::unordered_set<TrackNumber> removed_tracks_;
    std::unordered_map<std::uint32_t, std::size_t> consent_places_;  // in changes_
    std::unordered_map<TrackNumber, std::size_t> track_places_, gate_places_;
    LedgerChanges changes_;
    Counters durable_counters_, counters_;
    Deadlines deadlines_;
};

}  // namespace simtrail::ledger
