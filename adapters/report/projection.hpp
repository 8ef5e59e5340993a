#pragma once

#include <string>

#include "engine/maths/geo_point.hpp"

namespace simtrail::report {

struct Pixel {
    double x, y;
};

/// The corners of a map.
struct Box {
    GeoPoint south_west{180, 90}, north_east{-180, -90};

    void include(GeoPoint point) noexcept;
    bool empty() const noexcept { return south_west.lon_deg > north_east.lon_deg; }
};

/// Equirectangular about the middle of a box that is not empty, which fills the drawing: 1000 pixels wide, north up.
class Projection {
   public:
    explicit Projection(const Box& box) noexcept;

    Pixel operator()(GeoPoint point) const noexcept;
    double pixels(double metres) const noexcept { return metres / metres_per_pixel_; }
    double metres(double pixels) const noexcept { return pixels * metres_per_pixel_; }
    double height() const noexcept { return height_; }
    bool shows(Pixel p) const noexcept { return p.x >= 0 && p.x <= width && p.y >= 0 && p.y <= height_; }

    static constexpr double width = 1000;

   private:
    GeoPoint origin_;
    double metres_per_pixel_ = 1, height_ = 0;
};

std::string scale_and_north(const Projection& project);

}  // namespace simtrail::report
