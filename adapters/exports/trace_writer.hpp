#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "adapters/exports/text_sink.hpp"
#include "engine/tracing/trace_source.hpp"

/// Traces in the formats of other programs (docs/exports.md). A writer holds one track at a time.
namespace simtrail::exports {

enum class Format : std::uint8_t { geojson, line, gpx, csv };

inline constexpr std::array<std::string_view, 4> format_names{"geojson", "line", "gpx", "csv"};

std::optional<Format> parse_format(std::string_view name) noexcept;

/// Writes a document: `begin`, each track once, `end`. Write errors throw, as TextSink says.
class TraceWriter {
   public:
    explicit TraceWriter(TextSink& sink) noexcept : sink_(sink) {}
    TraceWriter(const TraceWriter&) = delete;
    TraceWriter& operator=(const TraceWriter&) = delete;
    virtual ~TraceWriter() = default;

    virtual void begin() = 0;
    virtual void track(const TrackInfo& track, std::span<const TracePoint> points) = 0;  // sorted by `listed_before`
    virtual void end() = 0;

   protected:
    std::string& text() noexcept { return sink_.text(); }
    void settle() { sink_.settle(); }

   private:
    TextSink& sink_;
};

std::unique_ptr<TraceWriter> make_writer(Format format, TextSink& sink);

/// Writes those tracks, in their order, as one document to `file`.
void export_traces(TraceSource& source, std::span<const TrackInfo> tracks, Format format, std::FILE* file);

}  // namespace simtrail::exports
