#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/tracing/trace_point.hpp"

/// The published forms of a trace (PRODUCT, section 4): a Feature a point, or one line.
namespace simtrail::geojson {

inline constexpr std::string_view collection_opening = R"({"type":"FeatureCollection","features":[)";
inline constexpr std::string_view collection_end = "]}";

/// The members `"deviceId":"…","trackId":"…",` that exports put first among the properties: made once a track.
std::string owner_members(std::string_view device_id, std::string_view track_id);

/// A Point Feature with `seq`, `tis`, `accuracy`, `confidence`, `errorReason` and `radio`, after `owner` where given.
void append_point_feature(std::string& out, const TracePoint& point, std::string_view owner = {});

/// A LineString Feature in the points' order, with `coordTimes` (Unix ms), `seq`, `accuracy`, `confidence`, `errorReason`
/// and `radio` as arrays over its positions; a Point Feature of one point. Precondition: at least one.
void append_line_feature(std::string& out, std::span<const TracePoint> points, std::string_view owner = {});

}  // namespace simtrail::geojson
