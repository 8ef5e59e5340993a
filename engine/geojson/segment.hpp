#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tracing/trace_point.hpp"

/// The stored form of a trace: one GeoJSON Feature for consecutive points of one track, in order of arrival.
///
///     {"type":"Feature",
///      "geometry":{"type":"LineString","coordinates":[[121.4737,31.2304],[121.4741,31.2304],[121.4752,31.231]]},
///      "properties":{"seq":41,"tis":[1699873625645,20000,-4000],"accuracy":[350,350,1200],"confidence":"hml",
///                    "errorReason":{"areaOnly":[2],"staleEvent":[1,2]},"radio":"lte"}}
///
/// without the white space. A single point is a Point. Every array runs over the points:
/// - `seq`: the first point's; the others follow without gaps.
/// - `tis`: the first in Unix milliseconds, then each one's difference to the one before (negative where one came
/// late).
/// - `accuracy`: metres. `confidence`: a letter a point, of high, medium, low, none.
/// - `errorReason`: by reason, the indices (from 0) of the points that have it; absent where no point has any.
///   Reasons stand in the published order. (By reason and not by point: 2-3 B where a point has one, not 25.)
/// - `radio`: one name, or an array where it changes.
namespace simtrail::geojson {

/// The most points a segment may have: 64 times a ring's. It bounds what a hostile database can make us allocate.
inline constexpr std::size_t max_segment_points = 4096;

/// Appends the segment of `points`. Preconditions: 1 to `max_segment_points` of them, `seq` consecutive, coordinates on
/// Earth.
void append_segment(std::string& out, std::span<const TracePoint> points);

/// The points of a segment: accepts exactly what `append_segment` writes, down to the byte. The error says where the
/// text is damaged.
std::expected<std::vector<TracePoint>, std::string> parse_segment(std::string_view text);

}  // namespace simtrail::geojson
