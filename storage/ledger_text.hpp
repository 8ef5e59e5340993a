#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/consent.hpp"
#include "engine/ledger/sim_track.hpp"

/// How the ledger's values are written in the database: states by the contract's names, windows as `[[from,until],…]`.
/// Reading gives nothing where the text is none of ours.
namespace simtrail::storage {

constexpr std::string_view name(ledger::ConsentState state) noexcept {
    return ledger::consent_state_names[static_cast<std::size_t>(state)];
}
constexpr std::string_view name(ledger::SimTrackState state) noexcept {
    return ledger::sim_track_state_names[static_cast<std::size_t>(state)];
}
constexpr std::string_view name(ledger::StopReason reason) noexcept {
    return ledger::stop_reason_names[static_cast<std::size_t>(reason)];
}

std::optional<ledger::ConsentState> parse_consent_state(std::string_view text);
std::optional<ledger::SimTrackState> parse_track_state(std::string_view text);
std::optional<ledger::StopReason> parse_stop_reason(std::string_view text);

std::string windows_text(std::span<const ledger::Window> windows);
std::optional<std::vector<ledger::Window>> parse_windows(std::string_view text);

}  // namespace simtrail::storage
