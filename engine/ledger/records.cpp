#include "engine/ledger/records.hpp"

#include <algorithm>

namespace simtrail::ledger {
namespace {

std::uint32_t folded(std::size_t hash) { return static_cast<std::uint32_t>(hash ^ hash >> 32U); }
std::uint32_t hash_of(Msisdn msisdn) { return folded(std::hash<Msisdn>{}(msisdn)); }
std::uint32_t hash_of(std::string_view text) { return folded(std::hash<std::string_view>{}(text)); }
std::uint32_t hash_of(std::string_view tenant, std::string_view name) { return hash_of(tenant) * 31 + hash_of(name); }

template <class State>
std::size_t place(State state) {
    return static_cast<std::size_t>(state);
}

template <class Map>
auto found(const Map& map, std::uint32_t number) {
    const auto record = map.find(number);
    return record == map.end() ? nullptr : &record->second;
}

/// The numbers of all records of a subscriber, ascending.
template <class Map>
std::vector<std::uint32_t> numbers_of(const NumberIndex& index, const Map& map, Msisdn msisdn) {
    std::vector<std::uint32_t> numbers;
    index.find(hash_of(msisdn), [&](std::uint32_t number) {
        if (map.at(number).msisdn == msisdn) numbers.push_back(number);
        return false;
    });
    std::ranges::sort(numbers);
    return numbers;
}

}  // namespace

void NumberList::add(std::uint32_t number) {
    const auto at = std::ranges::lower_bound(entries_, number, {}, [](Entry entry) { return entry.number; });
    entries_.insert(at, {number & 0x7FFF'FFFFU, 0});  // at the end, but for tests
}

void NumberList::remove(std::uint32_t number) {
    const auto at = std::ranges::lower_bound(entries_, number, {}, [](Entry entry) { return entry.number; });
    at->hole = 1;
    if (++holes_ * 8 < entries_.size()) return;
    std::erase_if(entries_, [](Entry entry) { return entry.hole != 0; });
    holes_ = 0;
}

std::vector<std::uint32_t> NumberList::above(std::uint32_t after, std::size_t limit) const {
    std::vector<std::uint32_t> numbers;
    auto at = std::ranges::upper_bound(entries_, after, {}, [](Entry entry) { return entry.number; });
    for (; at != entries_.end() && numbers.size() < limit; ++at)
        if (at->hole == 0) numbers.push_back(at->number);
    return numbers;
}

void Records::put(Consent consent) {
    const auto [at, is_new] = consents_.try_emplace(consent.number, consent);
    if (is_new) {
        consents_by_msisdn_.add(hash_of(consent.msisdn), consent.number);
    } else {
        --consents_by_state_[place(at->second.state)];
    }
    ++consents_by_state_[place(consent.state)];
    at->second = std::move(consent);
}

void Records::put(SimTrack track) {
    const auto [at, is_new] = tracks_.try_emplace(track.number, track);
    if (is_new) {
        tracks_by_msisdn_.add(hash_of(track.msisdn), track.number);
        tracks_by_id_.add(hash_of(track.track_id), track.number);
        tracks_by_name_.add(hash_of(track.tenant, track.name), track.number);
        tracks_by_tenant_[track.tenant].add(track.number);
    } else {
        --tracks_by_state_[place(at->second.state)];
    }
    ++tracks_by_state_[place(track.state)];
    at->second = std::move(track);
}

void Records::remove_consent(std::uint32_t number) {
    const auto at = consents_.find(number);
    if (at == consents_.end()) return;
    consents_by_msisdn_.remove(hash_of(at->second.msisdn), number);
    --consents_by_state_[place(at->second.state)];
    consents_.erase(at);
}

void Records::remove_track(TrackNumber number) {
    const auto at = tracks_.find(number);
    if (at == tracks_.end()) return;
    const SimTrack& track = at->second;
    tracks_by_msisdn_.remove(hash_of(track.msisdn), number);
    tracks_by_id_.remove(hash_of(track.track_id), number);
    tracks_by_name_.remove(hash_of(track.tenant, track.name), number);
    tracks_by_tenant_.find(track.tenant)->second.remove(number);
    --tracks_by_state_[place(track.state)];
    tracks_.erase(at);
}

const Consent* Records::consent(std::uint32_t number) const { return found(consents_, number); }

const Consent* Records::consent(std::string_view tenant, Msisdn msisdn) const {
    return consent(consents_by_msisdn_.find(hash_of(msisdn), [&](std::uint32_t number) {
        const Consent& candidate = consents_.at(number);
        return candidate.msisdn == msisdn && candidate.tenant == tenant;
    }));
}

const SimTrack* Records::track(TrackNumber number) const { return found(tracks_, number); }

const SimTrack* Records::track_by_id(std::string_view track_id) const {
    return track(tracks_by_id_.find(hash_of(track_id),
                                    [&](TrackNumber number) { return tracks_.at(number).track_id == track_id; }));
}

const SimTrack* Records::track_by_name(std::string_view tenant, std::string_view name) const {
    return track(tracks_by_name_.find(hash_of(tenant, name), [&](TrackNumber number) {
        const SimTrack& candidate = tracks_.at(number);
        return candidate.name == name && candidate.tenant == tenant;
    }));
}

std::vector<std::uint32_t> Records::consents_of(Msisdn msisdn) const {
    return numbers_of(consents_by_msisdn_, consents_, msisdn);
}

std::vector<TrackNumber> Records::tracks_of(Msisdn msisdn) const {
    return numbers_of(tracks_by_msisdn_, tracks_, msisdn);
}

std::vector<TrackNumber> Records::tracks_of(std::string_view tenant, TrackNumber after, std::size_t limit) const {
    const auto list = tracks_by_tenant_.find(tenant);
    if (list == tracks_by_tenant_.end()) return {};
    return list->second.above(after, limit);
}

}  // namespace simtrail::ledger
