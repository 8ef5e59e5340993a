#include "adapters/exports/trace_writer.hpp"

#include <algorithm>

#include "adapters/exports/writers.hpp"

namespace simtrail::exports {

std::optional<Format> parse_format(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(format_names, name);
    if (found == format_names.end()) return std::nullopt;
    return static_cast<Format>(found - format_names.begin());
}

std::unique_ptr<TraceWriter> make_writer(Format format, TextSink& sink) {
    switch (format) {
        case Format::geojson: return std::make_unique<GeoJsonWriter>(sink, GeoJsonWriter::Shape::points);
        case Format::line: return std::make_unique<GeoJsonWriter>(sink, GeoJsonWriter::Shape::line);
        case Format::gpx: return std::make_unique<GpxWriter>(sink);
        case Format::csv: return std::make_unique<CsvWriter>(sink);
    }
    return nullptr;
}

void export_traces(TraceSource& source, std::span<const TrackInfo> tracks, Format format, std::FILE* file) {
    TextSink sink(file);
    const auto writer = make_writer(format, sink);
    writer->begin();
    for (const TrackInfo& track : tracks) writer->track(track, source.trace(track.number));
    writer->end();
    sink.finish();
}

}  // namespace simtrail::exports
