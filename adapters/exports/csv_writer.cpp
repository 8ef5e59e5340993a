#include "adapters/exports/reason_list.hpp"
#include "adapters/exports/writers.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::exports {

namespace {

/// A field, in quotes where RFC 4180 asks for them.
void append_field(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_row(std::string& out, std::string_view owner, const TracePoint& point) {
    out += owner;
    geojson::append_integer(out, point.seq);
    out += ',';
    geojson::append_integer(out, point.tis_ms);
    out += ',';
    geojson::append_degrees(out, point.lat_e5);
    out += ',';
    geojson::append_degrees(out, point.lon_e5);
    out += ',';
    geojson::append_integer(out, point.accuracy_m);
    out += ',';
    out += name(point.confidence);
    out += ',';
    append_reason_list(out, point.reasons, '|');
    out += ',';
    out += name(point.radio);
    out += "\r\n";
}

}  // namespace

void CsvWriter::begin() { text() += "deviceId,trackId,seq,tis,lat,lon,accuracy,confidence,errorReason,radio\r\n"; }

void CsvWriter::track(const TrackInfo& track, std::span<const TracePoint> points) {
    std::string owner;
    append_field(owner, track.msisdn.text());
    owner += ',';
    append_field(owner, track.track_id);
    owner += ',';
    for (const TracePoint& point : points) {
        append_row(text(), owner, point);
        settle();
    }
}

}  // namespace simtrail::exports
