#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/tracing/trace_point.hpp"

/// The fixed texts of a segment, shared by its writer and its parser.
namespace simtrail::geojson::grammar {

inline constexpr std::string_view point_opening = R"({"type":"Feature","geometry":{"type":"Point","coordinates":[)";
inline constexpr std::string_view line_opening =
    R"({"type":"Feature","geometry":{"type":"LineString","coordinates":[[)";
inline constexpr std::string_view between_coordinates = "],[";
inline constexpr std::string_view point_end = "]";
inline constexpr std::string_view line_end = "]]";
inline constexpr std::string_view seq = R"(},"properties":{"seq":)";
inline constexpr std::string_view tis = R"(,"tis":[)";
inline constexpr std::string_view accuracy = R"(],"accuracy":[)";
inline constexpr std::string_view confidence = R"(],"confidence":")";
inline constexpr std::string_view error_reason = R"(","errorReason":{")";
inline constexpr std::string_view error_reason_end = R"(},"radio":)";
inline constexpr std::string_view no_error_reason = R"(","radio":)";
inline constexpr std::string_view end = "}}";

inline constexpr std::string_view confidence_letters = "nlmh";  // by Confidence

inline constexpr std::int32_t max_lon_e5 = 180 * 100'000;
inline constexpr std::int32_t max_lat_e5 = 90 * 100'000;

}  // namespace simtrail::geojson::grammar
