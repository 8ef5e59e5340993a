#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/events/msisdn.hpp"

namespace simtrail::ledger {

/// Where an event about a consent or a track is posted. At least `url` is given where there is one at all.
struct CallbackTarget {
    std::string url;
    std::string meta_json;  // an object's text, or empty: handed back as it came
    std::string secret;     // HMAC key, decoded: 1-64 bytes, or empty: not signed

    bool operator==(const CallbackTarget&) const = default;
};

/// The contract's consentStatus, in its order (section 4). `none`: no record at all.
enum class ConsentState : std::uint8_t { none, pending, allowed, denied, revoked, expired };
inline constexpr std::array<std::string_view, 6> consent_state_names{"none",   "pending", "allowed",
                                                                     "denied", "revoked", "expired"};

/// What one tenant may know of one subscriber. Times are Unix ms; 0: it has not happened.
struct Consent {
    std::uint32_t number = 0;  // of the record; never reused
    std::string tenant;
    Msisdn msisdn;
    ConsentState state = ConsentState::none;
    std::int64_t requested_ms = 0;  // last asked
    std::int64_t received_ms = 0;   // when the subscriber answered the last request
    std::int64_t expires_ms = 0;    // pending: when the request lapses; allowed: the contract's expiryAt
    std::int64_t text_ms = 0;       // last request text put into the outbox: [consent] min_interval counts from it
    std::int64_t gateway_ms = 0;    // of the last reply, by the gateway's clock: an older one changes nothing
    std::int64_t ended_ms = 0;      // when it was denied, revoked, lapsed or expired: purge counts from it
    std::uint16_t code = 0;         // of the request: 0000-9999
    std::uint8_t wrong_codes = 0;   // replies with a wrong code since it was asked: at five only a new request helps
    bool reminded = false;          // of the request: its one reminder is in the outbox, or came too late
    std::int64_t hint_ms = 0;       // when a text that nobody understands was last answered
    std::int64_t question_ms = 0;   // when the subscriber was last asked which request is meant
    std::string tenant_name;        // for people, as last asked; confirmations say it
    std::optional<CallbackTarget> callback;
};

/// Whether replies can still answer its request: of 10,000 codes a guesser's chance stays below one in a thousand.
inline constexpr std::uint8_t max_wrong_codes = 5;
inline bool is_locked(const Consent& consent) noexcept {
    return consent.state == ConsentState::pending && consent.wrong_codes >= max_wrong_codes;
}

/// The tenant's name for people.
inline const std::string& shown_name(const Consent& consent) noexcept {
    return consent.tenant_name.empty() ? consent.tenant : consent.tenant_name;
}

}  // namespace simtrail::ledger
