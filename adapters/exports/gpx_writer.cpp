#include "adapters/exports/iso_time.hpp"
#include "adapters/exports/reason_list.hpp"
#include "adapters/exports/writers.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::exports {

namespace {

/// XML text; characters that XML 1.0 has no way to write become '?'.
void append_xml(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            default: out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        }
    }
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
    out.append("<").append(name).append(">");
    append_xml(out, text);
    out.append("</").append(name).append(">");
}

/// GPX writes the antimeridian as -180 only.
std::int32_t gpx_longitude(std::int32_t lon_e5) noexcept { return lon_e5 == 18'000'000 ? -lon_e5 : lon_e5; }

void append_point(std::string& out, const TracePoint& point) {
    out += R"(<trkpt lat=")";
    geojson::append_degrees(out, point.lat_e5);
    out += R"(" lon=")";
    geojson::append_degrees(out, gpx_longitude(point.lon_e5));
    out += R"("><time>)";
    append_iso_time(out, point.tis_ms);
    out += "</time><extensions><st:seq>";
    geojson::append_integer(out, point.seq);
    out += "</st:seq><st:accuracy>";
    geojson::append_integer(out, point.accuracy_m);
    out += "</st:accuracy><st:confidence>";
    out += name(point.confidence);
    out += "</st:confidence>";
    if (!point.reasons.empty()) {
        out += "<st:errorReason>";
        append_reason_list(out, point.reasons, ' ');
        out += "</st:errorReason>";
    }
    out += "<st:radio>";
    out += name(point.radio);
    out += "</st:radio></extensions></trkpt>\n";
}

}  // namespace

void GpxWriter::begin() {
    text() += R"(<?xml version="1.0" encoding="UTF-8"?>)"
              "\n"
              R"(<gpx version="1.1" creator="simtrail" xmlns="http://www.topografix.com/GPX/1/1")"
              R"( xmlns:st="urn:simtrail:gpx:1">)"
              "\n";
}

void GpxWriter::track(const TrackInfo& track, std::span<const TracePoint> points) {
    if (points.empty()) return;
    text() += "<trk>";
    append_element(text(), "name", track.name);
    text() += "<extensions>";
    append_element(text(), "st:deviceId", track.msisdn.text());
    append_element(text(), "st:trackId", track.track_id);
    text() += "</extensions><trkseg>\n";
    for (const TracePoint& point : points) {
        append_point(text(), point);
        settle();
    }
    text() += "</trkseg></trk>\n";
}

void GpxWriter::end() { text() += "</gpx>\n"; }

}  // namespace simtrail::exports
