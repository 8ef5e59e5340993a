#pragma once

#include "adapters/exports/trace_writer.hpp"

/// One writer a format.
namespace simtrail::exports {

/// A FeatureCollection (RFC 7946) of Points, or of one line a track; a feature stands on a line of text.
class GeoJsonWriter : public TraceWriter {
   public:
    enum class Shape : std::uint8_t { points, line };
    GeoJsonWriter(TextSink& sink, Shape shape) noexcept : TraceWriter(sink), shape_(shape) {}

    void begin() override;
    void track(const TrackInfo& track, std::span<const TracePoint> points) override;
    void end() override;

   private:
    void separate();

    Shape shape_;
    bool first_ = true;
};

/// GPX 1.1, one `trk` a track; radius, confidence, reasons and radio in extensions.
class GpxWriter : public TraceWriter {
   public:
    using TraceWriter::TraceWriter;

    void begin() override;
    void track(const TrackInfo& track, std::span<const TracePoint> points) override;
    void end() override;
};

/// CSV (RFC 4180) with a header, one row a point.
class CsvWriter : public TraceWriter {
   public:
    using TraceWriter::TraceWriter;

    void begin() override;
    void track(const TrackInfo& track, std::span<const TracePoint> points) override;
    void end() override {}
};

}  // namespace simtrail::exports
