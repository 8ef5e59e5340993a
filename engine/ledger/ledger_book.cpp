#include "engine/ledger/ledger_book.hpp"

#include <algorithm>

#include "engine/ledger/book_index.hpp"

namespace simtrail::ledger {
namespace {

template <class Number>
void raise(Number& counter, Number given) {
    counter = std::max(counter, given);
}

}  // namespace

LedgerBook::LedgerBook() : index_(std::make_unique<Index>()) {}
LedgerBook::~LedgerBook() = default;
LedgerBook::LedgerBook(LedgerBook&&) noexcept = default;
LedgerBook& LedgerBook::operator=(LedgerBook&&) noexcept = default;

void LedgerBook::load(std::vector<Consent> consents, std::vector<SimTrack> tracks, const Counters& counters) {
    for (Consent& consent : consents) index_->records.put(std::move(consent));
    for (SimTrack& track : tracks) index_->records.put(std::move(track));
    index_->counters = counters;
}

void LedgerBook::apply(const LedgerChanges& changes) {
    Records& records = index_->records;
    Counters& counters = index_->counters;
    for (const std::uint32_t number : changes.removed_consents) {
        records.remove_consent(number);
        raise(counters.consent, number);  // made and removed between two commits: given all the same
    }
    for (const TrackNumber number : changes.removed_tracks) {
        records.remove_track(number);
        raise(counters.track, number);
    }
    for (const Consent& consent : changes.consents) {
        records.put(consent);
        raise(counters.consent, consent.number);
    }
    for (const SimTrack& track : changes.tracks) {
        records.put(track);
        raise(counters.track, track.number);
    }
    for (const OutgoingText& text : changes.texts) raise(counters.text, text.number);
    for (const OutgoingCallback& callback : changes.callbacks) raise(counters.callback, callback.number);
    for (const Evidence& evidence : changes.evidence) raise(counters.evidence, evidence.number);
}

const Consent* LedgerBook::consent(std::string_view tenant, Msisdn msisdn) const {
    return index_->records.consent(tenant, msisdn);
}
const Consent* LedgerBook::consent(std::uint32_t number) const { return index_->records.consent(number); }
const SimTrack* LedgerBook::track(TrackNumber number) const { return index_->records.track(number); }
const SimTrack* LedgerBook::track_by_id(std::string_view track_id) const {
    return index_->records.track_by_id(track_id);
}
const SimTrack* LedgerBook::track_by_name(std::string_view tenant, std::string_view name) const {
    return index_->records.track_by_name(tenant, name);
}

const SimTrack* LedgerBook::track_by_msisdn(std::string_view tenant, Msisdn msisdn) const {
    const SimTrack* newest = nullptr;
    for (const TrackNumber number : tracks_of(msisdn))
        if (const SimTrack* candidate = track(number); candidate->tenant == tenant) newest = candidate;
    return newest;
}

std::vector<std::uint32_t> LedgerBook::consents_of(Msisdn msisdn) const { return index_->records.consents_of(msisdn); }
std::vector<TrackNumber> LedgerBook::tracks_of(Msisdn msisdn) const { return index_->records.tracks_of(msisdn); }
std::vector<TrackNumber> LedgerBook::tracks_of(std::string_view tenant, TrackNumber after, std::size_t limit) const {
    return index_->records.tracks_of(tenant, after, limit);
}

void LedgerBook::for_each_running(const std::function<void(const SimTrack&)>& visit) const {
    for (const auto& [number, track] : index_->records.tracks())
        if (track.runs()) visit(track);
}

const Counters& LedgerBook::counters() const noexcept { return index_->counters; }
std::array<std::size_t, consent_state_names.size()> LedgerBook::consents_by_state() const noexcept {
    return index_->records.consents_by_state();
}
std::array<std::size_t, sim_track_state_names.size()> LedgerBook::tracks_by_state() const noexcept {
    return index_->records.tracks_by_state();
}

}  // namespace simtrail::ledger
