#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/events/msisdn.hpp"
#include "engine/ledger/consent.hpp"
#include "engine/tracing/journal.hpp"

namespace simtrail::ledger {

/// The contract's states of a track (section 4).
enum class SimTrackState : std::uint8_t { created, initiated, started, stopped, expired };
inline constexpr std::array<std::string_view, 5> sim_track_state_names{"created", "initiated", "started", "stopped",
                                                                       "expired"};

/// Why a track is stopped; the reason in `track.stopped`.
enum class StopReason : std::uint8_t { none, requested, consent_revoked, consent_expired };
inline constexpr std::array<std::string_view, 4> stop_reason_names{"", "requested", "consentRevoked", "consentExpired"};

/// A time in which events of the subscriber count, both by when they were observed and by when they arrived: consent
/// allowed, track started. From inclusive, until exclusive.
struct Window {
    std::int64_t from_ms = 0;
    std::int64_t until_ms = 0;  // 0: still open

    bool operator==(const Window&) const = default;
};

/// A track as tenants know it. Its points live in engine/tracing under the same number. Times are Unix ms; 0: not yet.
struct SimTrack {
    TrackNumber number = 0;  // never reused
    std::string track_id;    // "mts:track:UUID"
    std::string tenant;
    Msisdn msisdn;
    std::string name;
    std::string external_ref;
    SimTrackState state = SimTrackState::created;
    StopReason reason = StopReason::none;
    bool has_position = false;
    bool silent = false;  // device.silent has been told, and no event came since
    std::int64_t created_ms = 0;
    std::int64_t started_ms = 0;  // first start: expiry counts from it
    std::int64_t stopped_ms = 0;  // last stop; 0 again while it runs
    std::int64_t expiry_ms = 0;   // duration asked for, from the start
    std::int64_t earlier_ms = 0;  // time tracked in windows that are not kept any more
    std::vector<Window> windows;  // ascending, disjoint, the newest 64 at most; the last may be open
    std::optional<CallbackTarget> callback;

    bool runs() const noexcept { return state == SimTrackState::initiated || state == SimTrackState::started; }
    /// The contract's `duration`, in ms: time tracked so far.
    std::int64_t tracked_ms(std::int64_t now_ms) const noexcept;
};

/// `mts:track:` and a UUID in its canonical lower-case form (RFC 9562).
std::string track_id_of(const std::array<std::uint8_t, 16>& uuid);

}  // namespace simtrail::ledger
