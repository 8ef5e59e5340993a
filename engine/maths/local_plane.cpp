#include "engine/maths/local_plane.hpp"

#include <algorithm>
#include <cmath>

#include "engine/maths/trigonometry.hpp"

namespace simtrail {

LocalPlane::LocalPlane(GeoPoint origin) noexcept
    : origin_(origin), lon_scale_(metres_per_degree * std::max(maths::cosine(maths::radians(origin.lat_deg)), 1e-6)) {}

Offset LocalPlane::to_offset(GeoPoint p) const noexcept {
    return {wrapped_longitude(p.lon_deg - origin_.lon_deg) * lon_scale_,
            (p.lat_deg - origin_.lat_deg) * metres_per_degree};
}

GeoPoint LocalPlane::to_geo(Offset offset) const noexcept {
    return {wrapped_longitude(origin_.lon_deg + offset.east_m / lon_scale_),
            std::clamp(origin_.lat_deg + offset.north_m / metres_per_degree, -90.0, 90.0)};
}

}  // namespace simtrail
