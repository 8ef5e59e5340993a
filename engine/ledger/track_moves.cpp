#include "engine/ledger/track_moves.hpp"

#include <algorithm>

#include "engine/ledger/uuid_text.hpp"

namespace simtrail::ledger {
namespace {

using Outcome = SimTrackStep::Outcome;

/// Enough for a start and a stop a day for two months; what came before is a sum. An event that old counts no more anyway.
constexpr std::size_t max_windows = 64;

bool is_open(const std::vector<Window>& windows) { return !windows.empty() && windows.back().until_ms == 0; }

/// Opens a window that begins neither before the consent was given nor before the last window's end: the clock may have
/// gone back since.
void open_window(SimTrack& track, const Consent& consent, std::int64_t now_ms) {
    std::int64_t from_ms = std::max(now_ms, consent.received_ms);
    if (!track.windows.empty()) {
        Window& last = track.windows.back();
        from_ms = std::max(from_ms, last.until_ms);
        if (last.until_ms == from_ms) {
            last.until_ms = 0;
            return;
        }
    }
    track.windows.push_back({.from_ms = from_ms, .until_ms = 0});
    if (track.windows.size() <= max_windows) return;
    track.earlier_ms += track.windows.front().until_ms - track.windows.front().from_ms;
    track.windows.erase(track.windows.begin());
}

void close_window(SimTrack& track, std::int64_t at_ms) {
    if (!is_open(track.windows)) return;
    track.windows.back().until_ms = std::max(at_ms, track.windows.back().from_ms);
}

bool is_allowed(const Consent* consent) { return consent != nullptr && consent->state == ConsentState::allowed; }

Decision refused(Refusal refusal) { return {.refusal = refusal, .consent = {}, .track = {}}; }
Decision decided(const SimTrack& track) { return {.consent = {}, .track = track}; }

bool replace_callback(SimTrack& track, const std::optional<CallbackTarget>& callback) {
    if (!callback || track.callback == callback) return false;
    track.callback = callback;
    return true;
}

}  // namespace

const SimTrack* TrackMoves::find(const Caller& caller, const TrackReference& reference) const {
    const SimTrack* track = reference.text.starts_with(track_id_prefix)
                                ? drafts_.track_by_id(reference.text)
                                : drafts_.track_by_name(caller.tenant, reference.text);
    return track != nullptr && track->tenant == caller.tenant ? track : nullptr;
}

bool TrackMoves::any_runs(const Consent& consent) const {
    return std::ranges::any_of(drafts_.tracks_of(consent.msisdn), [&](TrackNumber number) {
        const SimTrack& track = *drafts_.track(number);
        return track.tenant == consent.tenant && track.runs();
    });
}

Decision TrackMoves::create(const CreateSimTrack& command, std::int64_t now_ms) {
    const Consent* consent = drafts_.consent(command.caller.tenant, command.msisdn);
    if (!is_allowed(consent)) return refused(Refusal::consent_required);
    if (!command.name.empty() && drafts_.track_by_name(command.caller.tenant, command.name) != nullptr)
        return refused(Refusal::name_taken);
    const std::string uuid = uuid_text(identities_.uuid());
    SimTrack track{.number = drafts_.new_track(),
                   .track_id = std::string(track_id_prefix) + uuid,
                   .tenant = command.caller.tenant,
                   .msisdn = command.msisdn,
                   .name = command.name.empty() ? free_name(command.caller, uuid) : command.name,
                   .external_ref = command.external_ref,
                   .created_ms = now_ms,
                   .expiry_ms = command.expiry_ms,
                   .windows = {},
                   .callback = command.callback};
    if (command.start) begin(track, SimTrackState::initiated, now_ms);
    drafts_.put(track);
    return decided(track);
}

std::string TrackMoves::free_name(const Caller& caller, std::string_view uuid) const {
    static constexpr std::size_t short_uuid = 8;
    std::string name = "track-" + std::string(uuid.substr(0, short_uuid));
    if (drafts_.track_by_name(caller.tenant, name) == nullptr) return name;
    return "track-" + std::string(uuid);
}

Decision TrackMoves::start(const StartSimTrack& command, std::int64_t now_ms) {
    const SimTrack* found = find(command.caller, command.track);
    if (found == nullptr) return refused(Refusal::not_found);
    SimTrack track = *found;
    const auto step = sim_track_step(track.state, track.has_position ? SimTrackEvent::restart : SimTrackEvent::start);
    if (step.outcome == Outcome::refused) return refused(step.refusal);
    if (step.outcome == Outcome::moves && !is_allowed(drafts_.consent(track.tenant, track.msisdn)))
        return refused(Refusal::consent_required);
    const bool has_news = replace_callback(track, command.callback);
    if (step.outcome == Outcome::moves) begin(track, step.next, now_ms);
    if (step.outcome == Outcome::moves || has_news) drafts_.put(track);
    return decided(track);
}

void TrackMoves::begin(SimTrack& track, SimTrackState next, std::int64_t now_ms) {
    track.state = next;
    track.reason = StopReason::none;
    track.stopped_ms = 0;
    track.silent = false;
    if (track.started_ms == 0) track.started_ms = now_ms;
    open_window(track, *drafts_.consent(track.tenant, track.msisdn), now_ms);
    drafts_.gate(track, track.windows);
    if (next == SimTrackState::started) tell(EventType::track_started, track, now_ms);
}

Decision TrackMoves::stop(const StopSimTrack& command, std::int64_t now_ms) {
    const SimTrack* found = find(command.caller, command.track);
    if (found == nullptr) return refused(Refusal::not_found);
    SimTrack track = *found;
    const auto step = sim_track_step(track.state, SimTrackEvent::stop);
    if (step.outcome == Outcome::refused) return refused(step.refusal);
    const bool has_news = replace_callback(track, command.callback);
    if (step.outcome == Outcome::moves) end(track, step.next, StopReason::requested, now_ms);
    if (step.outcome == Outcome::moves || has_news) drafts_.put(track);
    return decided(track);
}

void TrackMoves::end(SimTrack& track, SimTrackState next, StopReason reason, std::int64_t at_ms) {
    const bool ran = track.runs();
    track.state = next;
    if (next == SimTrackState::stopped) track.reason = reason;
    if (track.stopped_ms == 0) track.stopped_ms = at_ms;
    track.silent = false;
    close_window(track, at_ms);
    if (ran) drafts_.gate(track, track.windows);
    tell(next == SimTrackState::expired ? EventType::track_expired : EventType::track_stopped, track, at_ms);
}

Decision TrackMoves::remove(const DeleteSimTrack& command, std::int64_t now_ms) {
    const SimTrack* found = find(command.caller, command.track);
    if (found == nullptr) return refused(Refusal::not_found);
    const SimTrack track = *found;
    erase(track, now_ms);
    return decided(track);
}

void TrackMoves::erase(SimTrack track, std::int64_t at_ms) {
    close_window(track, at_ms);
    if (track.runs()) {
        track.state = SimTrackState::stopped;
        track.reason = StopReason::requested;
        track.stopped_ms = at_ms;
    }
    tell(EventType::track_deleted, track, at_ms);
    drafts_.remove(track);
}

Decision TrackMoves::note_position(TrackNumber number, std::int64_t now_ms) {
    const SimTrack* found = drafts_.track(number);
    if (found == nullptr) return refused(Refusal::not_found);
    const auto step = sim_track_step(found->state, SimTrackEvent::position);
    const bool starts = step.outcome == Outcome::moves;
    if (found->started_ms == 0 || (!starts && found->has_position && !found->silent)) return decided(*found);
    SimTrack track = *found;
    track.has_position = true;
    track.silent = false;
    if (starts) {
        track.state = step.next;
        tell(EventType::track_started, track, now_ms);
    }
    drafts_.put(track);
    return decided(track);
}

Decision TrackMoves::note_silence(TrackNumber number, std::int64_t now_ms) {
    const SimTrack* found = drafts_.track(number);
    if (found == nullptr) return refused(Refusal::not_found);
    if (!found->runs() || found->silent) return decided(*found);
    SimTrack track = *found;
    track.silent = true;
    tell(EventType::device_silent, track, now_ms);
    drafts_.put(track);
    return decided(track);
}

void TrackMoves::consent_ended(const Consent& consent, SimTrackEvent event, std::int64_t at_ms) {
    const bool erases = rules_.erase_on_withdrawal && event == SimTrackEvent::consent_revoked;
    for (const TrackNumber number : drafts_.tracks_of(consent.msisdn)) {
        SimTrack track = *drafts_.track(number);
        if (track.tenant != consent.tenant) continue;
        const auto step = sim_track_step(track.state, event);
        if (step.outcome == Outcome::moves) {
            const bool revoked = event == SimTrackEvent::consent_revoked;
            end(track, step.next, revoked ? StopReason::consent_revoked : StopReason::consent_expired, at_ms);
            drafts_.put(track);
        }
        if (erases) erase(track, at_ms);
    }
}

void TrackMoves::due(const SimTrack& found, SimTrackEvent event, std::int64_t at_ms) {
    SimTrack track = found;
    const auto step = sim_track_step(track.state, event);
    if (event == SimTrackEvent::retention) return drafts_.remove(track);
    if (step.outcome == Outcome::removed) return erase(track, at_ms);
    end(track, step.next, StopReason::none, at_ms);
    drafts_.put(track);
}

void TrackMoves::tell(EventType type, const SimTrack& track, std::int64_t at_ms) {
    if (!track.callback) return;
    drafts_.callback({.event_id = uuid_text(identities_.uuid()),
                      .type = type,
                      .at_ms = at_ms,
                      .target = *track.callback,
                      .subject = track});
}

}  // namespace simtrail::ledger
