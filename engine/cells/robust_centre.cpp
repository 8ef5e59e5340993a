#include "engine/cells/robust_centre.hpp"

#include <algorithm>
#include <cassert>

#include "engine/maths/geodesy.hpp"

namespace simtrail {

namespace {

constexpr std::int64_t half_turn = 1'800'000'000, full_turn = 2 * half_turn;

std::int64_t median(std::span<FixedPoint> points, auto coordinate) {
    const auto middle = points.begin() + static_cast<std::ptrdiff_t>(points.size() / 2);
    std::ranges::nth_element(points, middle, {}, coordinate);
    const std::int64_t upper = coordinate(*middle);
    if (points.size() % 2 == 1) return upper;
    return (coordinate(*std::max_element(points.begin(), middle,
                                         [&](FixedPoint a, FixedPoint b) { return coordinate(a) < coordinate(b); })) +
            upper) /
           2;
}

/// True where the points lie on both sides of the 180th meridian rather than around the globe's other side.
bool crosses_date_line(std::span<const FixedPoint> points) {
    const auto [west, east] = std::ranges::minmax(points, {}, &FixedPoint::lon);
    return std::int64_t{east.lon} - west.lon > half_turn;
}

}  // namespace

FixedPoint median_centre(std::span<FixedPoint> points) {
    assert(!points.empty());
    const std::int64_t shift = crosses_date_line(points) ? full_turn : 0;
    const auto lon = median(points, [shift](FixedPoint p) { return p.lon < 0 ? p.lon + shift : std::int64_t{p.lon}; });
    const auto lat = median(points, [](FixedPoint p) { return std::int64_t{p.lat}; });
    return {static_cast<std::int32_t>(lon > half_turn ? lon - full_turn : lon), static_cast<std::int32_t>(lat)};
}

std::vector<double> sorted_distances_m(FixedPoint centre, std::span<const FixedPoint> points) {
    std::vector<double> distances;
    distances.reserve(points.size());
    for (const auto point : points) distances.push_back(distance_m(to_geo(centre), to_geo(point)));
    std::ranges::sort(distances);
    return distances;
}

double percentile_95(std::span<const double> sorted) noexcept {
    assert(!sorted.empty());
    return sorted[(sorted.size() * 95 + 99) / 100 - 1];
}

}  // namespace simtrail
