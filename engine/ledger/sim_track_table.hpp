#pragma once

#include <array>
#include <cstdint>

#include "engine/ledger/command.hpp"
#include "engine/ledger/sim_track.hpp"

namespace simtrail::ledger {

/// What can happen to a track.
enum class SimTrackEvent : std::uint8_t {
    start,            // updateSimTrack, before its first position
    restart,          // the same, with positions already
    stop,             // updateSimTrack
    position,         // it got a point
    silence,          // no event came for long
    consent_revoked,  // withdrawn
    consent_expired,  // ended by time
    expiry,           // its expiry came: counted from the first start
    unstarted,        // 24 hours went by without a first start
    retention,        // ended for so long that nobody may keep it
    removal,          // deleteSimTrack, erasure on withdrawal
};
inline constexpr std::size_t sim_track_events = 11;

struct SimTrackStep {
    enum class Outcome : std::uint8_t { stays, moves, removed, refused };

    Outcome outcome = Outcome::stays;
    SimTrackState next = SimTrackState::created;  // of `moves`
    Refusal refusal = Refusal::none;              // of `refused`
};

/// All of a track's life: rows are events, columns states. Where a deadline cannot come (a created track has no expiry), the
/// step stays.
inline constexpr std::array<std::array<SimTrackStep, sim_track_state_names.size()>, sim_track_events> sim_track_table =
    [] {
        using Outcome = SimTrackStep::Outcome;
        constexpr SimTrackStep stays{}, removed{Outcome::removed}, initiated{Outcome::moves, SimTrackState::initiated},
            started{Outcome::moves, SimTrackState::started}, stopped{Outcome::moves, SimTrackState::stopped},
            expired{Outcome::moves, SimTrackState::expired}, over{Outcome::refused, {}, Refusal::track_expired},
            not_yet{Outcome::refused, {}, Refusal::not_started};
        return std::array<std::array<SimTrackStep, sim_track_state_names.size()>, sim_track_events>{{
            // created initiated started stopped expired
            {initiated, stays, stays, initiated, over},     // start
            {initiated, stays, stays, started, over},       // restart
            {not_yet, stopped, stopped, stays, stays},      // stop
            {stays, started, stays, stays, stays},          // position
            {stays, stays, stays, stays, stays},            // silence
            {stopped, stopped, stopped, stays, stays},      // consent_revoked
            {stopped, stopped, stopped, stays, stays},      // consent_expired
            {stays, expired, expired, expired, stays},      // expiry
            {removed, stays, stays, removed, stays},        // unstarted
            {stays, stays, stays, stays, removed},          // retention
            {removed, removed, removed, removed, removed},  // removal
        }};
    }();

constexpr SimTrackStep sim_track_step(SimTrackState state, SimTrackEvent event) {
    return sim_track_table[static_cast<std::size_t>(event)][static_cast<std::size_t>(state)];
}

}  // namespace simtrail::ledger
