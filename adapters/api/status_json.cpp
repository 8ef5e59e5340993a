#include "adapters/api/status_json.hpp"

#include <algorithm>

#include "engine/geojson/text.hpp"

namespace simtrail::api {

namespace {

using ledger::ConsentState;
using ledger::SimTrack;
using ledger::SimTrackState;
using runtime::LastPosition;

constexpr std::int64_t ms_per_second = 1000;
constexpr std::size_t usual_status_bytes = 512;  // reserved, so that one allocation does

void append_member(std::string& out, std::string_view name_and_colon, std::string_view text) {
    out += name_and_colon;
    geojson::append_json_string(out, text);
}

void append_member(std::string& out, std::string_view name_and_colon, std::int64_t number) {
    out += name_and_colon;
    geojson::append_integer(out, number);
}

std::string_view published_name(ConsentState consent) {
    return consent == ConsentState::allowed ? "granted"
                                            : ledger::consent_state_names[static_cast<std::size_t>(consent)];
}

/// When the last event came, as far as it is known: one from before the daemon's start came about when it was observed.
std::int64_t last_heard_ms(const SimTrack& track, const LastPosition& last) {
    const std::int64_t arrived = last.arrived_ms != 0 ? last.arrived_ms : last.point.tis_ms;
    return track.windows.empty() ? arrived : std::max(arrived, track.windows.back().from_ms);
}

ErrorReasons reasons_now(const SimTrack& track, ConsentState consent, const LastPosition& last, std::int64_t now_ms,
                         std::int64_t silent_after_ms) {
    ErrorReasons reasons = last.point.reasons;
    const bool is_due = silent_after_ms > 0 && now_ms - last_heard_ms(track, last) >= silent_after_ms;
    if (track.runs() && (track.silent || is_due)) reasons.add(ErrorReason::device_silent);
    if (consent == ConsentState::revoked || track.reason == ledger::StopReason::consent_revoked)
        reasons.add(ErrorReason::consent_revoked);
    return reasons;
}

void append_reasons(std::string& out, ErrorReasons reasons) {
    char separator = '[';
    for (std::size_t i = 0; i < error_reason_names.size(); ++i) {
        if (!reasons.has(static_cast<ErrorReason>(i))) continue;
        out += separator;
        geojson::append_json_string(out, error_reason_names[i]);
        separator = ',';
    }
    out += reasons.empty() ? "[]" : "]";
}

void append_rs_output(std::string& out, const LastPosition& last, ErrorReasons reasons) {
    append_member(out, R"({"confidence":)", name(last.point.confidence));
    append_member(out, R"(,"distance":)", last.point.accuracy_m);
    out += R"(,"errorReason":)";
    append_reasons(out, reasons);
    out += '}';
}

/// The contract's expiryAt: when an allowed consent ends, or an expired one ended. A request's own deadline is not told.
std::int64_t expiry_at_ms(const ledger::Consent& consent) {
    const bool was_allowed = consent.received_ms != 0 && consent.received_ms >= consent.requested_ms;
    const bool ends = consent.state == ConsentState::allowed || (consent.state == ConsentState::expired && was_allowed);
    return ends ? consent.expires_ms : 0;
}

}  // namespace

bool may_have_position(const SimTrack& track) noexcept {
    return track.has_position || track.state == SimTrackState::initiated;
}

std::string status_json(const SimTrack& track, ConsentState consent, const std::optional<LastPosition>& last,
                        std::int64_t now_ms, std::int64_t silent_after_ms) {
    std::string out;
    out.reserve(usual_status_bytes);
    const bool arrived = track.state == SimTrackState::initiated && last;  // the ledger notes it a commit later
    const auto state = arrived ? SimTrackState::started : track.state;
    append_member(out, R"({"status":)", ledger::sim_track_state_names[static_cast<std::size_t>(state)]);
    append_member(out, R"(,"trackId":)", track.track_id);
    append_member(out, R"(,"trackName":)", track.name);
    append_member(out, R"(,"externalRefId":)", track.external_ref);
    append_member(out, R"(,"deviceId":)", track.msisdn.text());
    append_member(out, R"(,"consentStatus":)", published_name(consent));
    append_member(out, R"(,"startedAt":)", track.started_ms / ms_per_second);
    append_member(out, R"(,"stoppedAt":)", track.stopped_ms / ms_per_second);
    append_member(out, R"(,"duration":)", track.tracked_ms(now_ms) / ms_per_second);
    out += R"(,"rsOutput":)";
    if (last)
        append_rs_output(out, *last, reasons_now(track, consent, *last, now_ms, silent_after_ms));
    else
        out += R"({"confidence":"none","distance":0,"errorReason":[]})";
    out += '}';
    return out;
}

std::string consent_json(const ledger::Consent& consent) {
    std::string out;
    append_member(out, R"({"consentStatus":)", ledger::consent_state_names[static_cast<std::size_t>(consent.state)]);
    append_member(out, R"(,"expiryAt":)", expiry_at_ms(consent));
    append_member(out, R"(,"consentRequestedAt":)", consent.requested_ms);
    append_member(out, R"(,"consentReceivedAt":)", consent.received_ms);
    out += '}';
    return out;
}

}  // namespace simtrail::api
