#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace simtrail::ledger {

inline constexpr std::string_view track_id_prefix = "mts:track:";

/// The canonical lower-case form of a UUID (RFC 9562, section 4).
std::string uuid_text(const std::array<std::uint8_t, 16>& uuid);

}  // namespace simtrail::ledger
