#pragma once

#include <functional>
#include <vector>

#include "engine/cells/cell_table.hpp"
#include "engine/tracing/journal.hpp"
#include "engine/tracing/trace_page.hpp"
#include "engine/tracing/trace_source.hpp"
#include "engine/tracing/traced_event.hpp"

namespace simtrail {

/// Points of a range with the events behind them, as listed, at most `limit`; fewer only where there are no more.
using ReadTraced = std::function<std::vector<TracedEvent>(const TraceRange&)>;

/// The same points with hindsight: place, radius, confidence and reasons anew, the rest as it is. `points`: consecutive ones
/// of a listing. A point that hindsight knows nothing of stays as it was published, but for `staleEvent`.
/// Reads the events up to three quarters of an hour around them.
void smooth(std::vector<TracePoint>& points, TrackNumber track, const ReadTraced& read, const CellTable& cells);

/// Traces as another source has them, with hindsight. Both outlive it.
class SmoothedTraces final : public TraceSource {
   public:
    SmoothedTraces(TraceSource& source, const CellTable& cells) noexcept : source_(source), cells_(cells) {}

    std::vector<TrackInfo> tracks() override { return source_.tracks(); }
    std::vector<TracePoint> trace(std::uint32_t track_number) override;
    std::vector<TracedEvent> traced(const TraceRange& range) override { return source_.traced(range); }

   private:
    TraceSource& source_;
    const CellTable& cells_;
};

}  // namespace simtrail
