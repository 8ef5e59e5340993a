#include "engine/geojson/feature.hpp"

#include <cassert>

#include "engine/geojson/text.hpp"

namespace simtrail::geojson {

namespace {

void append_position(std::string& out, const TracePoint& point) {
    out += '[';
    append_degrees(out, point.lon_e5);
    out += ',';
    append_degrees(out, point.lat_e5);
    out += ']';
}

void append_name(std::string& out, std::string_view name) {  // of an enum: nothing to escape
    out += '"';
    out += name;
    out += '"';
}

void append_reasons(std::string& out, ErrorReasons reasons) {
    char separator = '[';
    for (std::size_t i = 0; i < error_reason_names.size(); ++i) {
        if (!reasons.has(static_cast<ErrorReason>(i))) continue;
        out += separator;
        append_name(out, error_reason_names[i]);
        separator = ',';
    }
    out += reasons.empty() ? "[]" : "]";
}

/// `"name":[…]` with what `append` writes of each point.
template <class Append>
void append_array(std::string& out, std::string_view name, std::span<const TracePoint> points, Append append) {
    append_name(out, name);
    out += ':';
    char separator = '[';
    for (const TracePoint& point : points) {
        out += separator;
        append(point);
        separator = ',';
    }
    out += ']';
}

void append_line_properties(std::string& out, std::span<const TracePoint> points) {
    append_array(out, "coordTimes", points, [&out](const TracePoint& p) { append_integer(out, p.tis_ms); });
    out += ',';
    append_array(out, "seq", points, [&out](const TracePoint& p) { append_integer(out, p.seq); });
    out += ',';
    append_array(out, "accuracy", points, [&out](const TracePoint& p) { append_integer(out, p.accuracy_m); });
    out += ',';
    append_array(out, "confidence", points, [&out](const TracePoint& p) { append_name(out, name(p.confidence)); });
    out += ',';
    append_array(out, "errorReason", points, [&out](const TracePoint& p) { append_reasons(out, p.reasons); });
    out += ',';
    append_array(out, "radio", points, [&out](const TracePoint& p) { append_name(out, name(p.radio)); });
}

}  // namespace

std::string owner_members(std::string_view device_id, std::string_view track_id) {
    std::string members = R"("deviceId":)";
    append_json_string(members, device_id);
    members += R"(,"trackId":)";
    append_json_string(members, track_id);
    members += ',';
    return members;
}

void append_point_feature(std::string& out, const TracePoint& point, std::string_view owner) {
    out += R"({"type":"Feature","geometry":{"type":"Point","coordinates":)";
    append_position(out, point);
    out += R"(},"properties":{)";
    out += owner;
    out += R"("seq":)";
    append_integer(out, point.seq);
    out += R"(,"tis":)";
    append_integer(out, point.tis_ms);
    out += R"(,"accuracy":)";
    append_integer(out, point.accuracy_m);
    out += R"(,"confidence":)";
    append_name(out, name(point.confidence));
    out += R"(,"errorReason":)";
    append_reasons(out, point.reasons);
    out += R"(,"radio":)";
    append_name(out, name(point.radio));
    out += "}}";
}

void append_line_feature(std::string& out, std::span<const TracePoint> points, std::string_view owner) {
    assert(!points.empty());
    if (points.size() == 1) return append_point_feature(out, points.front(), owner);
    out += R"({"type":"Feature","geometry":{"type":"LineString",)";
    append_array(out, "coordinates", points, [&out](const TracePoint& p) { append_position(out, p); });
    out += R"(},"properties":{)";
    out += owner;
    append_line_properties(out, points);
    out += "}}";
}

}  // namespace simtrail::geojson
