#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/ledger/consent.hpp"
#include "engine/ledger/sim_track.hpp"

namespace simtrail::ledger {

/// A text for a subscriber, on its way into the durable outbox.
struct OutgoingText {
    std::int64_t number = 0;  // ascending, never reused
    Msisdn to;
    std::string text;  // UTF-8
    std::int64_t at_ms = 0;
    std::string tenant;      // empty: on nobody's behalf
    bool attempted = false;  // given to the gateway in an earlier run of the daemon: it may have been sent
};

/// What a gateway said of a text: first whether it took it, then, where receipts come, whether the phone got it.
enum class TextFate : std::uint8_t { accepted, refused, delivered, failed };
/// As steps of the evidence.
inline constexpr std::array<std::string_view, 4> text_fate_steps{"textAccepted", "textRefused", "textDelivered",
                                                                 "textFailed"};

enum class EventType : std::uint8_t {
    consent_updated,
    track_started,
    track_stopped,
    track_expired,
    track_deleted,
    device_silent,
};
inline constexpr std::array<std::string_view, 6> event_type_names{"consent.updated", "track.started", "track.stopped",
                                                                  "track.expired",   "track.deleted", "device.silent"};

/// An event for a callback's endpoint; the body is made from the snapshot before it is stored.
struct OutgoingCallback {
    std::int64_t number = 0;  // ascending, never reused
    std::string event_id;     // a UUID: the same at every attempt
    EventType type = EventType::consent_updated;
    std::int64_t at_ms = 0;
    CallbackTarget target;
    std::variant<Consent, SimTrack> subject;  // as it was right after the event
};

/// One step of a consent, kept as evidence: who asked, what was sent, what came back, when, through which gateway.
struct Evidence {
    std::int64_t number = 0;  // ascending, never reused
    std::int64_t at_ms = 0;
    std::string tenant;
    Msisdn msisdn;
    std::string
        step;  // "requested", "textSent", "textReceived", "allowed", "denied", "revoked", "lapsed", "expired", …
    std::string actor;    // key id, "subscriber", "clock", "operator", "gateway"
    std::string text;     // sent or received, as it was; of what became of a text: the gateway's words
    std::string gateway;  // of a text
};

/// The gate of a track: when its events count. Empty windows: shut for good (deleted).
struct GateChange {
    TrackNumber track = 0;
    Msisdn msisdn;
    std::vector<Window> windows;
    std::int64_t ends_ms = 0;  // an open window ends there at the latest
};

/// When events of a running track cease to count if nobody ends it before: its expiry, or its consent's (which does not move
/// while it is allowed).
inline std::int64_t gate_end_ms(const SimTrack& track, const Consent* consent) noexcept {
    const std::int64_t expiry_ms = track.started_ms + track.expiry_ms;
    return consent == nullptr ? expiry_ms : std::min(expiry_ms, consent->expires_ms);
}

/// The gate of a track as its record says.
inline GateChange gate_of(const SimTrack& track, const Consent* consent) {
    return {.track = track.number,
            .msisdn = track.msisdn,
            .windows = track.windows,
            .ends_ms = gate_end_ms(track, consent)};
}

/// True where events of the track count from now on.
inline bool is_open(const GateChange& change) noexcept {
    return !change.windows.empty() && change.windows.back().until_ms == 0;
}

/// What ledger commands came to since the last commit: everything in it becomes durable together, or nothing does. A store
/// takes erased and purged subscribers first: records and evidence of theirs that stand beside are newer.
struct LedgerChanges {
    std::vector<Consent> consents;  // each replaces the one of its number
    std::vector<std::uint32_t> removed_consents;
    std::vector<SimTrack> tracks;             // each replaces the one of its number
    std::vector<TrackNumber> removed_tracks;  // with their traces
    std::vector<Msisdn> erased_subscribers;   // with everything that is theirs
    std::vector<Msisdn> purged_subscribers;   // nothing of them is left in the ledger: evidence and number go too
    std::vector<OutgoingText> texts;
    std::vector<OutgoingCallback> callbacks;
    std::vector<Evidence> evidence;
    std::vector<GateChange> gate;

    bool empty() const noexcept;
};

}  // namespace simtrail::ledger
