#include "engine/cells/robust_centre.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

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

std::int64_t median(std::span<WeightedPlace> points, auto coordinate) {
    std::ranges::sort(points, {}, [&](const WeightedPlace& point) { return coordinate(point.place); });
    std::uint64_t total = 0, passed = 0;
    for (const auto& point : points) total += point.weight;
    for (std::size_t i = 0;; ++i) {
        passed += points[i].weight;
        const std::int64_t here = coordinate(points[i].place);
        if (2 * passed > total) return here;
        if (2 * passed == total) return (here + coordinate(points[i + 1].place)) / 2;
    }
}

/// True where the points lie on both sides of the 180th meridian rather than around the globe's other side.
bool crosses_date_line(const auto& points, auto place_of) {
    const auto [west, east] = std::ranges::minmax(points, {}, [&](const auto& point) { return place_of(point).lon; });
    return std::int64_t{place_of(east).lon} - place_of(west).lon > half_turn;
}

FixedPoint median_of(auto points, auto place_of) {
    assert(!points.empty());
    const std::int64_t shift = crosses_date_line(points, place_of) ? full_turn : 0;
    const auto lon = median(points, [shift](FixedPoint p) { return p.lon < 0 ? p.lon + shift : std::int64_t{p.lon}; });
    const auto lat = median(points, [](FixedPoint p) { return std::int64_t{p.lat}; });
    return {static_cast<std::int32_t>(lon > half_turn ? lon - full_turn : lon), static_cast<std::int32_t>(lat)};
}

}  // namespace

FixedPoint median_centre(std::span<FixedPoint> points) {
    return median_of(points, [](FixedPoint point) { return point; });
}

FixedPoint median_centre(std::span<WeightedPlace> points) {
    return median_of(points, [](const WeightedPlace& point) { return point.place; });
}

double percentile_distance_m(FixedPoint centre, std::span<const WeightedPlace> points, unsigned percent) {
    assert(!points.empty());
    std::vector<std::pair<double, std::uint64_t>> distances;
    std::uint64_t total = 0, passed = 0;
    for (const auto& point : points) {
        distances.emplace_back(distance_m(to_geo(centre), to_geo(point.place)), point.weight);
        total += point.weight;
    }
    std::ranges::sort(distances);
    for (const auto& [distance, weight] : distances)
        if (passed += weight; 100 * passed >= percent * total) return distance;
    return distances.back().first;
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
