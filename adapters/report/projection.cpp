#include "adapters/report/projection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "adapters/report/axes.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail::report {

namespace {

constexpr double least_height = 400, most_height = 800, margin = 40;

}  // namespace

void Box::include(GeoPoint point) noexcept {
    south_west = {std::min(south_west.lon_deg, point.lon_deg), std::min(south_west.lat_deg, point.lat_deg)};
    north_east = {std::max(north_east.lon_deg, point.lon_deg), std::max(north_east.lat_deg, point.lat_deg)};
}

Projection::Projection(const Box& box) noexcept
    : origin_{(box.south_west.lon_deg + box.north_east.lon_deg) / 2,
              (box.south_west.lat_deg + box.north_east.lat_deg) / 2} {
    const Offset corner = offset_between(origin_, box.north_east);
    metres_per_pixel_ =
        std::max({corner.east_m * 2 / (width - 2 * margin), corner.north_m * 2 / (most_height - 2 * margin), 0.5});
    height_ = std::max(least_height, std::ceil(corner.north_m * 2 / metres_per_pixel_ + 2 * margin));
}

Pixel Projection::operator()(GeoPoint point) const noexcept {
    const Offset offset = offset_between(origin_, point);
    return {width / 2 + offset.east_m / metres_per_pixel_, height_ / 2 - offset.north_m / metres_per_pixel_};
}

std::string scale_and_north(const Projection& project) {
    const double length = round_down(project.metres(200));
    const std::string label = length >= 1000 ? fmt::format("{:g} km", length / 1000) : fmt::format("{:g} m", length);
    return fmt::format(R"(<g class="scale"><path d="M24 {0}v8h{1:.1f}v-8"/><text x="{2:.1f}" y="{3}">{4}</text>)"
                       R"(<path class="north" d="M966 22l9 26-9-6-9 6z"/><text x="966" y="64">N</text></g>)",
                       project.height() - 30, project.pixels(length), 24 + project.pixels(length) / 2,
                       project.height() - 30, label);
}

}  // namespace simtrail::report
