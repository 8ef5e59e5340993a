#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/cells/fixed_point.hpp"

namespace simtrail {

/// The median longitude and the median latitude (of an even number, the mean of the middle two): up to half the points
/// may be anywhere without carrying it off. Does not depend on the points' order. Precondition: not empty. Reorders
/// them.
FixedPoint median_centre(std::span<FixedPoint> points);

/// Distances from the centre in metres, nearest first.
std::vector<double> sorted_distances_m(FixedPoint centre, std::span<const FixedPoint> points);

/// The least of the sorted values that at least 95 % of them do not exceed. Precondition: not empty.
double percentile_95(std::span<const double> sorted) noexcept;

/// A place for so many points.
struct WeightedPlace {
    FixedPoint place;
    std::uint64_t weight = 1;
};

/// The same of weighted points. Precondition: not empty, no weight 0, their sum below 2^56. Reorders them.
FixedPoint median_centre(std::span<WeightedPlace> points);

/// The least distance from the centre in metres that at least `percent` of the weight does not exceed. Precondition: as above.
double percentile_distance_m(FixedPoint centre, std::span<const WeightedPlace> points, unsigned percent);

}  // namespace simtrail
