#pragma once

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

}  // namespace simtrail
