#pragma once

#include <array>
#include <cstdint>

#include "engine/ledger/command.hpp"
#include "engine/ledger/consent.hpp"

namespace simtrail::ledger {

/// What can happen to a consent.
enum class ConsentEvent : std::uint8_t {
    requested,  // requestConsent
    granted,    // a reply that grants it
    refused,    // a reply that denies it
    withdrawn,  // revokeConsent, or STOP
    due,        // its deadline: lapse, expiry, purge
    trip_over,  // the last track under it ended, and it was for one trip
};
inline constexpr std::size_t consent_events = 6;

struct ConsentStep {
    ConsentState next;
    Refusal refusal = Refusal::none;
};

/// All of a consent's life: rows are states, columns events. A step to the same state changes nothing, but for a request
/// asked again while pending. `none` is no record: a purged one goes there.
inline constexpr std::array<std::array<ConsentStep, consent_events>, consent_state_names.size()> consent_table = [] {
    constexpr ConsentStep none{ConsentState::none}, pending{ConsentState::pending}, allowed{ConsentState::allowed},
        denied{ConsentState::denied}, revoked{ConsentState::revoked}, expired{ConsentState::expired},
        unknown{ConsentState::none, Refusal::not_found};
    return std::array<std::array<ConsentStep, consent_events>, consent_state_names.size()>{{
        // requested granted  refused  withdrawn due    trip_over
        {pending, none, none, unknown, none, none},              // none
        {pending, allowed, denied, revoked, expired, pending},   // pending
        {allowed, allowed, revoked, revoked, expired, expired},  // allowed
        {pending, denied, denied, denied, none, denied},         // denied
        {pending, revoked, revoked, revoked, none, revoked},     // revoked
        {pending, expired, expired, expired, none, expired},     // expired
    }};
}();

constexpr ConsentStep consent_step(ConsentState state, ConsentEvent event) {
    return consent_table[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
}

}  // namespace simtrail::ledger
