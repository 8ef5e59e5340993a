#include "adapters/exports/writers.hpp"
#include "engine/geojson/feature.hpp"

namespace simtrail::exports {

void GeoJsonWriter::begin() { text() += geojson::collection_opening; }

void GeoJsonWriter::separate() {
    text() += first_ ? "\n" : ",\n";
    first_ = false;
}

void GeoJsonWriter::track(const TrackInfo& track, std::span<const TracePoint> points) {
    if (points.empty()) return;
    const std::string owner = geojson::owner_members(track.msisdn.text(), track.track_id);
    if (shape_ == Shape::line) {
        separate();
        geojson::append_line_feature(text(), points, owner);
        return settle();
    }
    for (const TracePoint& point : points) {
        separate();
        geojson::append_point_feature(text(), point, owner);
        settle();
    }
}

void GeoJsonWriter::end() {
    text() += '\n';
    text() += geojson::collection_end;
    text() += '\n';
}

}  // namespace simtrail::exports
