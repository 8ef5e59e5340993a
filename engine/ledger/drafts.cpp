#include "engine/ledger/drafts.hpp"

#include <algorithm>
#include <utility>

namespace simtrail::ledger {
namespace {

template <class Item, class Number>
void put_once(std::vector<Item>& items, std::unordered_map<Number, std::size_t>& places, Number number, Item item) {
    const auto [place, is_new] = places.try_emplace(number, items.size());
    if (is_new) {
        items.push_back(std::move(item));
    } else {
        items[place->second] = std::move(item);
    }
}

template <class Item, class Number>
void drop(std::vector<Item>& items, std::unordered_map<Number, std::size_t>& places, Number number) {
    const auto place = places.find(number);
    if (place == places.end()) return;
    const std::size_t gap = place->second;
    places.erase(place);
    if (gap + 1 != items.size()) {
        items[gap] = std::move(items.back());
        places[items[gap].number] = gap;
    }
    items.pop_back();
}

/// Durable numbers that are not removed, and drafted ones.
std::vector<std::uint32_t> merged(std::vector<std::uint32_t> durable, const std::vector<std::uint32_t>& drafted,
                                  const std::unordered_set<std::uint32_t>& removed) {
    std::erase_if(durable, [&](std::uint32_t number) { return removed.contains(number); });
    std::vector<std::uint32_t> all;
    std::ranges::set_union(durable, drafted, std::back_inserter(all));
    return all;
}

}  // namespace

Drafts::Drafts(const Records& durable, const Counters& counters, LedgerRules rules)
    : durable_(durable),
      rules_(std::move(rules)),
      durable_counters_(counters),
      counters_(counters),
      deadlines_([this](const Deadline& deadline) { return is_current(deadline); }) {
    for (const auto& [number, record] : durable_.consents()) deadlines_.add(deadline_of(record, rules_));
    for (const auto& [number, record] : durable_.tracks()) deadlines_.add(deadline_of(record, rules_).deadline);
}

const Consent* Drafts::consent(std::uint32_t number) const {
    if (removed_consents_.contains(number)) return nullptr;
    const Consent* drafted = changed_.consent(number);
    return drafted != nullptr ? drafted : durable_.consent(number);
}

const Consent* Drafts::consent(std::string_view tenant, Msisdn msisdn) const {
    if (const Consent* drafted = changed_.consent(tenant, msisdn)) return drafted;
    const Consent* durable = durable_.consent(tenant, msisdn);
    return durable == nullptr ? nullptr : consent(durable->number);
}

const SimTrack* Drafts::track(TrackNumber number) const {
    if (removed_tracks_.contains(number)) return nullptr;
    const SimTrack* drafted = changed_.track(number);
    return drafted != nullptr ? drafted : durable_.track(number);
}

const SimTrack* Drafts::track_by_id(std::string_view track_id) const {
    if (const SimTrack* drafted = changed_.track_by_id(track_id)) return drafted;
    const SimTrack* durable = durable_.track_by_id(track_id);
    return durable == nullptr ? nullptr : track(durable->number);
}

const SimTrack* Drafts::track_by_name(std::string_view tenant, std::string_view name) const {
    if (const SimTrack* drafted = changed_.track_by_name(tenant, name)) return drafted;
    const SimTrack* durable = durable_.track_by_name(tenant, name);
    return durable == nullptr ? nullptr : track(durable->number);
}

std::vector<std::uint32_t> Drafts::consents_of(Msisdn msisdn) const {
    return merged(durable_.consents_of(msisdn), changed_.consents_of(msisdn), removed_consents_);
}

std::vector<TrackNumber> Drafts::tracks_of(Msisdn msisdn) const {
    return merged(durable_.tracks_of(msisdn), changed_.tracks_of(msisdn), removed_tracks_);
}

void Drafts::put(const Consent& changed) {
    const Consent* before = consent(changed.number);
    const Deadline deadline = deadline_of(changed, rules_);
    if (before == nullptr || deadline_of(*before, rules_) != deadline) deadlines_.add(deadline);
    put_once(changes_.consents, consent_places_, changed.number, changed);
    changed_.put(changed);
}

void Drafts::put(const SimTrack& changed) {
    const SimTrack* before = track(changed.number);
    const Deadline deadline = deadline_of(changed, rules_).deadline;
    if (before == nullptr || deadline_of(*before, rules_).deadline != deadline) deadlines_.add(deadline);
    put_once(changes_.tracks, track_places_, changed.number, changed);
    changed_.put(changed);
}

void Drafts::remove(const Consent& consent) {
    const std::uint32_t number = consent.number;
    const Msisdn msisdn = consent.msisdn;
    drop(changes_.consents, consent_places_, number);
    changed_.remove_consent(number);
    removed_consents_.insert(number);
    changes_.removed_consents.push_back(number);
    purge_if_gone(msisdn);
}

void Drafts::remove(const SimTrack& track) {
    const TrackNumber number = track.number;
    const Msisdn msisdn = track.msisdn;
    gate(track, {});
    drop(changes_.tracks, track_places_, number);
    changed_.remove_track(number);
    removed_tracks_.insert(number);
    changes_.removed_tracks.push_back(number);
    purge_if_gone(msisdn);
}

void Drafts::purge_if_gone(Msisdn msisdn) {
    if (!consents_of(msisdn).empty() || !tracks_of(msisdn).empty()) return;
    std::erase_if(changes_.evidence, [&](const Evidence& evidence) { return evidence.msisdn == msisdn; });
    if (std::ranges::find(changes_.purged_subscribers, msisdn) == changes_.purged_subscribers.end())
        changes_.purged_subscribers.push_back(msisdn);
}

void Drafts::gate(const SimTrack& track, std::vector<Window> windows) {
    put_once(changes_.gate, gate_places_, track.number,
             {.track = track.number,
              .msisdn = track.msisdn,
              .windows = std::move(windows),
              .ends_ms = gate_end_ms(track, consent(track.tenant, track.msisdn))});
}

void Drafts::text(OutgoingText text) {
    text.number = ++counters_.text;
    changes_.texts.push_back(std::move(text));
}

void Drafts::callback(OutgoingCallback callback) {
    callback.number = ++counters_.callback;
    changes_.callbacks.push_back(std::move(callback));
}

void Drafts::evidence(Evidence evidence) {
    evidence.number = ++counters_.evidence;
    changes_.evidence.push_back(std::move(evidence));
}

void Drafts::erase(Msisdn msisdn) {
    for (const TrackNumber number : tracks_of(msisdn)) remove(SimTrack(*track(number)));
    for (const std::uint32_t number : consents_of(msisdn)) remove(Consent(*consent(number)));
    const auto speaks_of = [&](const OutgoingCallback& callback) {
        return std::visit([&](const auto& subject) { return subject.msisdn == msisdn; }, callback.subject);
    };
    std::erase_if(changes_.evidence, [&](const Evidence& evidence) { return evidence.msisdn == msisdn; });
    std::erase_if(changes_.texts, [&](const OutgoingText& text) { return text.to == msisdn; });
    std::erase_if(changes_.callbacks, speaks_of);
    std::erase(changes_.purged_subscribers, msisdn);
    if (std::ranges::find(changes_.erased_subscribers, msisdn) == changes_.erased_subscribers.end())
        changes_.erased_subscribers.push_back(msisdn);
}

bool Drafts::is_current(const Deadline& deadline) const {
    if (deadline.of_consent) {
        const Consent* record = consent(deadline.number);
        return record != nullptr && deadline_of(*record, rules_) == deadline;
    }
    const SimTrack* record = track(deadline.number);
    return record != nullptr && deadline_of(*record, rules_).deadline == deadline;
}

void Drafts::committed() {
    durable_counters_ = counters_;
    forget();
    deadlines_.tidy(durable_.consents().size() + durable_.tracks().size());
}

void Drafts::rolled_back() {
    counters_ = durable_counters_;
    LedgerChanges dropped = std::move(changes_);
    forget();
    // Deadlines that fired or moved are the book's again.
    const auto restore_consent = [&](std::uint32_t number) {
        if (const Consent* record = durable_.consent(number)) deadlines_.add(deadline_of(*record, rules_));
    };
    const auto restore_track = [&](TrackNumber number) {
        if (const SimTrack* record = durable_.track(number)) deadlines_.add(deadline_of(*record, rules_).deadline);
    };
    for (const Consent& record : dropped.consents) restore_consent(record.number);
    for (const SimTrack& record : dropped.tracks) restore_track(record.number);
    std::ranges::for_each(dropped.removed_consents, restore_consent);
    std::ranges::for_each(dropped.removed_tracks, restore_track);
    deadlines_.tidy(durable_.consents().size() + durable_.tracks().size());
}

void Drafts::forget() {
    changed_ = {};
    removed_consents_.clear();
    removed_tracks_.clear();
    consent_places_.clear();
    track_places_.clear();
    gate_places_.clear();
    changes_ = {};
}

}  // namespace simtrail::ledger
