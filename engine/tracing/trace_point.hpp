#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/events/radio.hpp"
#include "engine/maths/geo_point.hpp"

namespace simtrail {

enum class Confidence : std::uint8_t { none, low, medium, high };

inline constexpr std::array<std::string_view, 4> confidence_names{"none", "low", "medium", "high"};
constexpr std::string_view name(Confidence confidence) noexcept {
    return confidence_names[static_cast<std::size_t>(confidence)];
}

/// Why a position is worse than it could be (PRODUCT, section 4). The order is that of the published array.
enum class ErrorReason : std::uint8_t {
    low_signal_strength,
    unknown_cell,
    area_only,
    sparse_cell,
    conflicting_cells,
    handover_oscillation,
    implausible_speed,
    stale_event,
    clock_skew,
    device_silent,
    consent_revoked,
};

inline constexpr std::array<std::string_view, 11> error_reason_names{
    "lowSignalStrength", "unknownCell", "areaOnly",  "sparseCell",   "conflictingCells", "handoverOscillation",
    "implausibleSpeed",  "staleEvent",  "clockSkew", "deviceSilent", "consentRevoked"};
constexpr std::string_view name(ErrorReason reason) noexcept {
    return error_reason_names[static_cast<std::size_t>(reason)];
}

/// A set of error reasons.
class ErrorReasons {
   public:
    constexpr ErrorReasons() noexcept = default;
    static constexpr ErrorReasons from_bits(std::uint16_t bits) noexcept {
        ErrorReasons set;
        set.bits_ = bits & all_bits;
        return set;
    }
    constexpr ErrorReasons& add(ErrorReason reason) noexcept {
        bits_ = static_cast<std::uint16_t>(bits_ | 1U << static_cast<unsigned>(reason));
        return *this;
    }
    constexpr ErrorReasons& add(ErrorReasons others) noexcept {
        bits_ |= others.bits_;
        return *this;
    }
    constexpr bool has(ErrorReason reason) const noexcept { return (bits_ >> static_cast<unsigned>(reason) & 1U) != 0; }
    constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr std::uint16_t bits() const noexcept { return bits_; }
    friend constexpr bool operator==(ErrorReasons, ErrorReasons) noexcept = default;

   private:
    static constexpr std::uint16_t all_bits = (1U << error_reason_names.size()) - 1;
    std::uint16_t bits_ = 0;
};

/// One published position of a track. Coordinates are multiples of 1e-5 degrees (at most 0.6 m off): what is stored is what
/// was published, to the bit.
struct TracePoint {
    std::uint32_t seq = 0;    // order of arrival within the track, from 1, no gaps
    std::int64_t tis_ms = 0;  // when observed, Unix milliseconds
    std::int32_t lon_e5 = 0;  // degrees times 1e5
    std::int32_t lat_e5 = 0;
    std::uint32_t accuracy_m = 0;  // the truth lies within, 95 times in 100
    Confidence confidence = Confidence::none;
    ErrorReasons reasons;
    Radio radio = Radio::gsm;

    constexpr GeoPoint position() const noexcept { return {lon_e5 / 1e5, lat_e5 / 1e5}; }
    friend constexpr bool operator==(const TracePoint&, const TracePoint&) noexcept = default;
};

/// The order in which a trace is listed: by observation, then by arrival.
constexpr bool listed_before(const TracePoint& a, const TracePoint& b) noexcept {
    return a.tis_ms != b.tis_ms ? a.tis_ms < b.tis_ms : a.seq < b.seq;
}

}  // namespace simtrail
