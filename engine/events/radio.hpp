#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace simtrail {

/// Radio access technology: GERAN, UTRAN, E-UTRAN, NG-RAN.
enum class Radio : std::uint8_t { gsm, umts, lte, nr };

inline constexpr std::array<std::string_view, 4> radio_names{"gsm", "umts", "lte", "nr"};

constexpr std::string_view name(Radio radio) noexcept { return radio_names[static_cast<std::size_t>(radio)]; }

/// The radio of that name in any letter case; nothing for any other text.
std::optional<Radio> parse_radio(std::string_view text) noexcept;

}  // namespace simtrail
