#include "storage/ledger_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace simtrail::storage {

namespace {

template <class Enum, std::size_t size>
std::optional<Enum> parse_name(const std::array<std::string_view, size>& names, std::string_view text) {
    const auto* const found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

/// Takes `expected` off the front.
bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

bool take(std::string_view& text, std::int64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

}  // namespace

std::optional<ledger::ConsentState> parse_consent_state(std::string_view text) {
    return parse_name<ledger::ConsentState>(ledger::consent_state_names, text);
}

std::optional<ledger::SimTrackState> parse_track_state(std::string_view text) {
    return parse_name<ledger::SimTrackState>(ledger::sim_track_state_names, text);
}

std::optional<ledger::StopReason> parse_stop_reason(std::string_view text) {
    return parse_name<ledger::StopReason>(ledger::stop_reason_names, text);
}

std::string windows_text(std::span<const ledger::Window> windows) {
    std::string text = "[";
    for (const ledger::Window& window : windows) {
        if (text.size() > 1) text += ',';
        text += '[' + std::to_string(window.from_ms) + ',' + std::to_string(window.until_ms) + ']';
    }
    return text + ']';
}

std::optional<std::vector<ledger::Window>> parse_windows(std::string_view text) {
    std::vector<ledger::Window> windows;
    if (!take(text, "[")) return std::nullopt;
    while (text != "]") {
        ledger::Window window;
        if (!windows.empty() && !take(text, ",")) return std::nullopt;
        if (!take(text, "[") || !take(text, window.from_ms) || !take(text, ",") || !take(text, window.until_ms) ||
            !take(text, "]"))
            return std::nullopt;
        windows.push_back(window);
    }
    return windows;
}

}  // namespace simtrail::storage
