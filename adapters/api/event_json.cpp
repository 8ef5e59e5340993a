#include "adapters/api/event_json.hpp"

#include "adapters/api/status_json.hpp"

namespace simtrail::api {

namespace {

/// Puts a member in front of an object's others. Precondition: the object has some.
std::string with_first_member(const std::string& member, const std::string& object) {
    return '{' + member + ',' + object.substr(1);
}

}  // namespace

std::string consent_event_json(const ledger::Consent& consent) {
    return with_first_member(R"("msisdn":")" + consent.msisdn.text() + '"', consent_json(consent));
}

std::string track_event_json(const ledger::SimTrack& track, ledger::ConsentState consent,
                             const std::optional<runtime::LastPosition>& last, std::int64_t now_ms,
                             std::int64_t silent_after_ms) {
    std::string status = status_json(track, consent, last, now_ms, silent_after_ms);
    if (track.state != ledger::SimTrackState::stopped) return status;
    const std::string reason(ledger::stop_reason_names[static_cast<std::size_t>(track.reason)]);
    return with_first_member(R"("reason":")" + reason + '"', status);
}

}  // namespace simtrail::api
