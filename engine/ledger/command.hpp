#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "engine/ledger/changes.hpp"
#include "engine/ledger/consent.hpp"
#include "engine/ledger/sim_track.hpp"

namespace simtrail::ledger {

/// Who asks: a tenant's key. Kept as evidence.
struct Caller {
    std::string tenant;
    std::string tenant_name;  // for people: in the consent text
    std::string key_id;       // public part of the key, not the key
};

/// Names a track within its tenant: a track id (`mts:track:…`) or a track name. Names hold no colon, so it is never both.
struct TrackReference {
    std::string text;
};

// What can be asked of the ledger. The arguments are valid by form (the API's task); whether they are allowed now is the
// ledger's. An absent callback leaves an earlier one as it is.
struct RequestConsent {
    Caller caller;
    Msisdn msisdn;
    std::optional<CallbackTarget> callback;
};
struct RevokeConsent {
    Caller caller;
    Msisdn msisdn;
};
struct CreateSimTrack {
    Caller caller;
    Msisdn msisdn;
    std::string name;  // empty: one is made
    std::string external_ref;
    bool start = false;          // the contract's defaultStart
    std::int64_t expiry_ms = 0;  // 1 ms to 60 days
    std::optional<CallbackTarget> callback;
};
struct StartSimTrack {
    Caller caller;
    TrackReference track;
    std::optional<CallbackTarget> callback;
};
struct StopSimTrack {
    Caller caller;
    TrackReference track;
    std::optional<CallbackTarget> callback;
};
struct DeleteSimTrack {
    Caller caller;
    TrackReference track;
};
/// A text from a subscriber. `gateway_ms`: when the gateway took it.
struct ReceiveText {
    Msisdn from;
    std::string text;
    std::string gateway;  // "console", "smpp", …
    std::int64_t gateway_ms = 0;
};
/// A track got a point: its first one since it was created, or the first after `device.silent`.
struct NotePosition {
    TrackNumber track = 0;
};
/// No event of a running track came for the configured time.
struct NoteSilence {
    TrackNumber track = 0;
};
/// What became of a text in the outbox: evidence, where the subscriber is still known.
struct NoteText {
    Msisdn to;
    std::string tenant;
    TextFate fate = TextFate::accepted;
    std::string detail;
};
/// The operator erases a subscriber: consents, tracks, traces, evidence, outboxes.
struct EraseSubscriber {
    Msisdn msisdn;
};

using Command = std::variant<RequestConsent, RevokeConsent, CreateSimTrack, StartSimTrack, StopSimTrack, DeleteSimTrack,
                             ReceiveText, NotePosition, NoteSilence, NoteText, EraseSubscriber>;

/// Why a command was not carried out, after the contract's error codes.
enum class Refusal : std::uint8_t {
    none,
    not_found,         // 404, another tenant's included
    consent_required,  // 403
    name_taken,        // 409 trackNameTaken
    track_expired,     // 409
    not_started,       // 409 trackNotStarted
    too_soon,          // 429, `retry_after_ms`
};

/// What came of a command: a refusal, or the record as it is now.
struct Decision {
    Refusal refusal = Refusal::none;
    std::int64_t retry_after_ms = 0;
    bool text_sent = false;  // RequestConsent: false where consent is allowed already
    std::optional<Consent> consent;
    std::optional<SimTrack> track;
};

}  // namespace simtrail::ledger
