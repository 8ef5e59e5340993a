#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "engine/cells/cell_table.hpp"
#include "engine/tracing/journal.hpp"
#include "engine/tracing/trace_page.hpp"
#include "engine/tracing/trace_source.hpp"
#include "engine/tracing/traced_event.hpp"

namespace simtrail {

/// Points of a range with the events behind them, as listed, at most `limit`; fewer only where there are no more.
using ReadTraced = std::function<std::vector<TracedEvent>(const TraceRange&)>;

/// Consecutive points of a track, by the order of their arrival; both inclusive.
struct SeqRange {
    std::uint32_t first = 0, last = 0;
    friend bool operator==(const SeqRange&, const SeqRange&) = default;
};

/// The same points with hindsight: place, radius, confidence and reasons anew, the rest as it is. `points`: consecutive ones
/// of a listing. A point that hindsight knows nothing of stays as it was published, but for `staleEvent`.
/// Reads the events up to three quarters of an hour around them. Those whose stored evidence is damaged are passed over: it
/// returns which points they are, of all that it read, and such a point stays as it was published, too.
std::vector<SeqRange> smooth(std::vector<TracePoint>& points, TrackNumber track, const ReadTraced& read,
                             const CellTable& cells);

/// Traces as another source has them, with hindsight. Both outlive it. `on_damaged` is told of points whose stored evidence is damaged, once
/// for each trace that has any.
class SmoothedTraces final : public TraceSource {
   public:
    using OnDamaged = std::function<void(TrackNumber, const std::vector<SeqRange>&)>;

    SmoothedTraces(TraceSource& source, const CellTable& cells, OnDamaged on_damaged)
        : source_(source), cells_(cells), on_damaged_(std::move(on_damaged)) {}

    std::vector<TrackInfo> tracks() override { return source_.tracks(); }
    std::vector<TracePoint> trace(std::uint32_t track_number) override;
    std::vector<TracedEvent> traced(const TraceRange& range) override { return source_.traced(range); }

   private:
    TraceSource& source_;
    const CellTable& cells_;
    OnDamaged on_damaged_;
};

}  // namespace simtrail
