#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/changes.hpp"
#include "engine/ledger/consent.hpp"
#include "engine/ledger/sim_track.hpp"

namespace simtrail::ledger {

/// The numbers given so far; the next is one more. Durable: no number is ever given twice.
struct Counters {
    std::uint32_t consent = 0;
    TrackNumber track = 0;
    std::int64_t text = 0, callback = 0, evidence = 0;
};

/// Every consent and track that is durable, in memory, with the ways to find them. One writer; readers beside it need the
/// owner's lock. About 0.5 KB a track.
class LedgerBook {
   public:
    LedgerBook();
    ~LedgerBook();
    LedgerBook(const LedgerBook&) = delete;
    LedgerBook& operator=(const LedgerBook&) = delete;
    LedgerBook(LedgerBook&&) noexcept;
    LedgerBook& operator=(LedgerBook&&) noexcept;

    /// As stored; before anything else.
    void load(std::vector<Consent> consents, std::vector<SimTrack> tracks, const Counters& counters);

    /// Takes over changes that are durable now.
    void apply(const LedgerChanges& changes);

    // Pointers are valid until the next `apply`.
    const Consent* consent(std::string_view tenant, Msisdn msisdn) const;
    const Consent* consent(std::uint32_t number) const;
    const SimTrack* track(TrackNumber number) const;
    const SimTrack* track_by_id(std::string_view track_id) const;
    const SimTrack* track_by_name(std::string_view tenant, std::string_view name) const;
    /// The newest of that tenant.
    const SimTrack* track_by_msisdn(std::string_view tenant, Msisdn msisdn) const;

    /// Numbers of all of a subscriber, of every tenant, ascending.
    std::vector<std::uint32_t> consents_of(Msisdn msisdn) const;
    std::vector<TrackNumber> tracks_of(Msisdn msisdn) const;

    /// A tenant's tracks with numbers above `after`, ascending, at most `limit`.
    std::vector<TrackNumber> tracks_of(std::string_view tenant, TrackNumber after, std::size_t limit) const;

    /// Calls `visit` for every running track (to open the gate after a restart).
    void for_each_running(const std::function<void(const SimTrack&)>& visit) const;

    const Counters& counters() const noexcept;
    std::array<std::size_t, consent_state_names.size()> consents_by_state() const noexcept;
    std::array<std::size_t, sim_track_state_names.size()> tracks_by_state() const noexcept;

   private:
    friend class Ledger;
    struct Index;
    std::unique_ptr<Index> index_;
};

}  // namespace simtrail::ledger
