#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "adapters/runtime/desks.hpp"
#include "engine/ledger/consent.hpp"
#include "engine/ledger/sim_track.hpp"

// `data` of the contract's callbacks (section 4): JSON objects, compact.
namespace simtrail::api {

/// `consent.updated`: the msisdn and retrieveConsent's answer.
std::string consent_event_json(const ledger::Consent& consent);

/// `track.*` and `device.silent`: the status answer, with `reason` where the track is stopped.
std::string track_event_json(const ledger::SimTrack& track, ledger::ConsentState consent,
                             const std::optional<runtime::LastPosition>& last, std::int64_t now_ms,
                             std::int64_t silent_after_ms);

}  // namespace simtrail::api
