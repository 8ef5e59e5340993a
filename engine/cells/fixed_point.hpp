#pragma once

#include <cmath>
#include <compare>
#include <cstdint>

#include "engine/maths/geo_point.hpp"

namespace simtrail {

/// A place in steps of 1e-7 degree (11 mm): half the size of a GeoPoint, and sums of it are exact.
struct FixedPoint {
    std::int32_t lon = 0;
    std::int32_t lat = 0;
    friend constexpr auto operator<=>(FixedPoint, FixedPoint) noexcept = default;
};

inline constexpr double fixed_steps_per_degree = 1e7;

/// Precondition: in range.
inline FixedPoint to_fixed(GeoPoint p) noexcept {
    return {static_cast<std::int32_t>(std::lround(p.lon_deg * fixed_steps_per_degree)),
            static_cast<std::int32_t>(std::lround(p.lat_deg * fixed_steps_per_degree))};
}

/// The nearest double of the decimal number: seven decimals survive the round trip.
constexpr GeoPoint to_geo(FixedPoint p) noexcept {
    return {p.lon / fixed_steps_per_degree, p.lat / fixed_steps_per_degree};
}

}  // namespace simtrail
