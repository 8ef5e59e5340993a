#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/ledger/consent.hpp"
#include "engine/ledger/number_index.hpp"
#include "engine/ledger/sim_track.hpp"

namespace simtrail::ledger {

/// Ascending numbers of one tenant, 4 bytes each: removed ones stay as holes until an eighth of all are.
class NumberList {
   public:
    void add(std::uint32_t number);
    void remove(std::uint32_t number);

    /// Those above `after` that are still there, ascending, at most `limit`.
    std::vector<std::uint32_t> above(std::uint32_t after, std::size_t limit) const;

   private:
    struct Entry {
        std::uint32_t number : 31;
        std::uint32_t hole : 1;
    };
    std::vector<Entry> entries_;
    std::size_t holes_ = 0;
};

/// Consents and tracks by number, and the ways to find them. Pointers stay valid until their record is put or removed. The
/// names, ids, tenants and subscribers of a record never change.
class Records {
   public:
    void put(Consent consent);
    void put(SimTrack track);
    void remove_consent(std::uint32_t number);
    void remove_track(TrackNumber number);

    const Consent* consent(std::uint32_t number) const;
    const Consent* consent(std::string_view tenant, Msisdn msisdn) const;
    const SimTrack* track(TrackNumber number) const;
    const SimTrack* track_by_id(std::string_view track_id) const;
    const SimTrack* track_by_name(std::string_view tenant, std::string_view name) const;

    std::vector<std::uint32_t> consents_of(Msisdn msisdn) const;
    std::vector<TrackNumber> tracks_of(Msisdn msisdn) const;
    std::vector<TrackNumber> tracks_of(std::string_view tenant, TrackNumber after, std::size_t limit) const;

    const std::unordered_map<std::uint32_t, Consent>& consents() const noexcept { return consents_; }
    const std::unordered_map<TrackNumber, SimTrack>& tracks() const noexcept { return tracks_; }
    const auto& consents_by_state() const noexcept { return consents_by_state_; }
    const auto& tracks_by_state() const noexcept { return tracks_by_state_; }

   private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };

    std::unordered_map<std::uint32_t, Consent> consents_;
    std::unordered_map<TrackNumber, SimTrack> tracks_;
    NumberIndex consents_by_msisdn_, tracks_by_msisdn_, tracks_by_id_, tracks_by_name_;
    std::unordered_map<std::string, NumberList, TextHash, std::equal_to<>> tracks_by_tenant_;
    std::array<std::size_t, consent_state_names.size()> consents_by_state_{};
    std::array<std::size_t, sim_track_state_names.size()> tracks_by_state_{};
};

}  // namespace simtrail::ledger
