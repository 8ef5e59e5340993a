#pragma once

#include <cstdint>

namespace simtrail {

/// WGS-84 degrees.
struct GeoPoint {
    double lon_deg = 0;
    double lat_deg = 0;
    friend constexpr bool operator==(GeoPoint, GeoPoint) noexcept = default;
};

constexpr bool in_range(GeoPoint p) noexcept {
    return p.lon_deg >= -180 && p.lon_deg <= 180 && p.lat_deg >= -90 && p.lat_deg <= 90;
}

}  // namespace simtrail
