#include <algorithm>
#include <cassert>

#include "engine/geojson/segment.hpp"
#include "engine/geojson/segment_grammar.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::geojson {

namespace {

using Points = std::span<const TracePoint>;

// Room for the worst segment, so that the writing itself need not look.
constexpr std::size_t max_index_chars = 5;                             // "4095,"
constexpr std::size_t max_point_chars = 2 * max_degrees_chars + 4      // "-179.99999,-89.99999],["
                                        + 2 * (max_integer_chars + 1)  // tis, accuracy
                                        + 1                            // confidence
                                        + error_reason_names.size() * max_index_chars + sizeof(R"("umts",)");
constexpr std::size_t max_frame_chars = 768;  // the fixed texts, and every reason's name once

char* write_position(char* at, const TracePoint& point) noexcept {
    at = write_degrees(at, point.lon_e5);
    *at++ = ',';
    return write_degrees(at, point.lat_e5);
}

char* write_geometry(char* at, Points points) noexcept {
    const bool line = points.size() > 1;
    at = write_text(at, line ? grammar::line_opening : grammar::point_opening);
    at = write_position(at, points.front());
    for (const TracePoint& point : points.subspan(1)) {
        at = write_text(at, grammar::between_coordinates);
        at = write_position(at, point);
    }
    return write_text(at, line ? grammar::line_end : grammar::point_end);
}

char* write_times(char* at, Points points) noexcept {
    at = write_text(at, grammar::tis);
    at = write_integer(at, points.front().tis_ms);
    for (std::size_t i = 1; i < points.size(); ++i) {
        *at++ = ',';
        at = write_integer(at, points[i].tis_ms - points[i - 1].tis_ms);
    }
    return at;
}

char* write_accuracies(char* at, Points points) noexcept {
    at = write_text(at, grammar::accuracy);
    for (const TracePoint& point : points) {
        at = write_integer(at, point.accuracy_m);
        *at++ = ',';
    }
    return at - 1;  // without the last comma
}

char* write_confidences(char* at, Points points) noexcept {
    at = write_text(at, grammar::confidence);
    for (const TracePoint& point : points)
        *at++ = grammar::confidence_letters[static_cast<std::size_t>(point.confidence)];
    return at;
}

char* write_indices_having(char* at, Points points, ErrorReason reason) noexcept {
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!points[i].reasons.has(reason)) continue;
        at = write_integer(at, i);
        *at++ = ',';
    }
    return at - 1;
}

char* write_reasons(char* at, Points points) noexcept {
    std::uint16_t any = 0;
    for (const TracePoint& point : points) any = static_cast<std::uint16_t>(any | point.reasons.bits());
    if (any == 0) return write_text(at, grammar::no_error_reason);

    at = write_text(at, grammar::error_reason);
    const ErrorReasons present = ErrorReasons::from_bits(any);
    for (std::size_t i = 0; i < error_reason_names.size(); ++i) {
        const auto reason = static_cast<ErrorReason>(i);
        if (!present.has(reason)) continue;
        at = write_text(at, name(reason));
        at = write_text(at, R"(":[)");
        at = write_indices_having(at, points, reason);
        at = write_text(at, R"(],")");
    }
    return write_text(at - 2, grammar::error_reason_end);
}

char* write_radio_name(char* at, Radio radio) noexcept {
    *at++ = '"';
    at = write_text(at, name(radio));
    *at++ = '"';
    return at;
}

char* write_radios(char* at, Points points) noexcept {
    const Radio first = points.front().radio;
    if (std::ranges::all_of(points, [first](Radio radio) { return radio == first; }, &TracePoint::radio))
        return write_radio_name(at, first);
    char separator = '[';
    for (const TracePoint& point : points) {
        *at++ = separator;
        at = write_radio_name(at, point.radio);
        separator = ',';
    }
    *at++ = ']';
    return at;
}

char* write_segment(char* at, Points points) noexcept {
    at = write_geometry(at, points);
    at = write_text(at, grammar::seq);
    at = write_integer(at, points.front().seq);
    at = write_times(at, points);
    at = write_accuracies(at, points);
    at = write_confidences(at, points);
    at = write_reasons(at, points);
    at = write_radios(at, points);
    return write_text(at, grammar::end);
}

}  // namespace

void append_segment(std::string& out, std::span<const TracePoint> points) {
    assert(!points.empty() && points.size() <= max_segment_points);
    const std::size_t start = out.size();
    out.resize_and_overwrite(start + max_frame_chars + points.size() * max_point_chars,
                             [start, points](char* text, std::size_t) noexcept {
                                 return static_cast<std::size_t>(write_segment(text + start, points) - text);
                             });
}

}  // namespace simtrail::geojson
