#include "engine/maths/geodesy.hpp"

#include <algorithm>
#include <cmath>

#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

/// Metres of a degree of longitude; kept off zero at the poles, where a longitude says nothing.
double metres_per_lon_degree(double lat_deg) noexcept {
    return metres_per_degree * std::max(maths::cosine(maths::radians(lat_deg)), 1e-6);
}

}  // namespace

double distance_m(GeoPoint a, GeoPoint b) noexcept {
    const double dlat = maths::sine(maths::radians(b.lat_deg - a.lat_deg) / 2);
    const double dlon = maths::sine(maths::radians(b.lon_deg - a.lon_deg) / 2);
    const double h =
        dlat * dlat + maths::cosine(maths::radians(a.lat_deg)) * maths::cosine(maths::radians(b.lat_deg)) * dlon * dlon;
    return 2 * earth_radius_m * maths::arcsine(std::sqrt(std::min(1.0, h)));
}

double length_m(Offset offset) noexcept {
    return std::sqrt(offset.east_m * offset.east_m + offset.north_m * offset.north_m);
}

Offset offset_between(GeoPoint origin, GeoPoint p) noexcept {
    return {wrapped_longitude(p.lon_deg - origin.lon_deg) * metres_per_lon_degree(origin.lat_deg),
            (p.lat_deg - origin.lat_deg) * metres_per_degree};
}

GeoPoint displaced(GeoPoint origin, Offset offset) noexcept {
    return {wrapped_longitude(origin.lon_deg + offset.east_m / metres_per_lon_degree(origin.lat_deg)),
            std::clamp(origin.lat_deg + offset.north_m / metres_per_degree, -90.0, 90.0)};
}

Offset towards(double azimuth_deg, double distance_m) noexcept {
    const double azimuth = maths::radians(azimuth_deg);
    return {distance_m * maths::sine(azimuth), distance_m * maths::cosine(azimuth)};
}

}  // namespace simtrail
