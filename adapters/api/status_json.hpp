#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "adapters/runtime/desks.hpp"
#include "engine/ledger/consent.hpp"
#include "engine/ledger/sim_track.hpp"

// The two records as the contract's answers and callbacks show them (section 4): JSON objects, compact, without envelope.
namespace simtrail::api {

/// Whether a position is to be looked for: a track's first one is durable a commit before the ledger has noted it.
bool may_have_position(const ledger::SimTrack& track) noexcept;

/// The status answer: times in Unix seconds, an allowed consent reads `granted`. `consent`: the state of the tenant's consent
/// of the track's subscriber. A running track bears `deviceSilent` once `silent_after_ms` went by without an event (0: only
/// where device.silent was told).
std::string status_json(const ledger::SimTrack& track, ledger::ConsentState consent,
                        const std::optional<runtime::LastPosition>& last, std::int64_t now_ms,
                        std::int64_t silent_after_ms);

/// retrieveConsent's answer: times in Unix ms, 0 where it has not happened.
std::string consent_json(const ledger::Consent& consent);

}  // namespace simtrail::api
