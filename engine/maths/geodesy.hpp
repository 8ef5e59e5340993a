#pragma once

#include <cmath>

#include "engine/maths/geo_point.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {

inline constexpr double earth_radius_m = 6'371'000;  // mean radius, as ../shared/tools/score.py takes it
inline constexpr double metres_per_degree = earth_radius_m * maths::pi / 180;  // of latitude

/// Into [-180, 180]; near the poles an offset may go round more than once.
inline double wrapped_longitude(double lon_deg) noexcept {
    return lon_deg < -180 || lon_deg > 180 ? std::remainder(lon_deg, 360.0) : lon_deg;
}

/// Great-circle distance in metres on a sphere of `earth_radius_m` (haversine). Same bits on every machine.
double distance_m(GeoPoint a, GeoPoint b) noexcept;

/// A displacement on the local tangent plane, in metres.
struct Offset {
    double east_m = 0;
    double north_m = 0;
};

constexpr Offset operator+(Offset a, Offset b) noexcept { return {a.east_m + b.east_m, a.north_m + b.north_m}; }
constexpr Offset operator-(Offset a, Offset b) noexcept { return {a.east_m - b.east_m, a.north_m - b.north_m}; }
constexpr Offset operator*(double k, Offset a) noexcept { return {k * a.east_m, k * a.north_m}; }
constexpr double dot(Offset a, Offset b) noexcept { return a.east_m * b.east_m + a.north_m * b.north_m; }
constexpr double squared(Offset a) noexcept { return dot(a, a); }

double length_m(Offset offset) noexcept;

/// Equirectangular displacement from `origin` to `p`; good to 0.1 % within 50 km. Longitudes wrap at 180.
Offset offset_between(GeoPoint origin, GeoPoint p) noexcept;

/// The place at `offset` from `origin`; inverse of `offset_between`, within the range of latitudes.
GeoPoint displaced(GeoPoint origin, Offset offset) noexcept;

/// The displacement of `distance_m` towards `azimuth_deg`, clockwise from north.
Offset towards(double azimuth_deg, double distance_m) noexcept;

}  // namespace simtrail
