#pragma once

#include "engine/maths/geodesy.hpp"

namespace simtrail {

/// The tangent plane at an origin, its scale computed once: `offset_between` and `displaced` for many places near one.
class LocalPlane {
   public:
    explicit LocalPlane(GeoPoint origin) noexcept;

    GeoPoint origin() const noexcept { return origin_; }
    Offset to_offset(GeoPoint p) const noexcept;
    GeoPoint to_geo(Offset offset) const noexcept;

   private:
    GeoPoint origin_;
    double lon_scale_;  // metres a degree of longitude
};

}  // namespace simtrail
