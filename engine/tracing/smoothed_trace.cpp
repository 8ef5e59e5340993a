#include "engine/tracing/smoothed_trace.hpp"

#include <algorithm>
#include <utility>

#include "engine/positioning/hindsight_walk.hpp"

namespace simtrail {

namespace {

ErrorReasons without_stale_event(ErrorReasons reasons) noexcept {
    constexpr auto stale = static_cast<std::uint16_t>(1U << static_cast<unsigned>(ErrorReason::stale_event));
    return ErrorReasons::from_bits(reasons.bits() & static_cast<std::uint16_t>(~stale));
}

/// Gives a range's events one by one, reading page after page.
class Pages {
   public:
    static constexpr std::size_t page_events = 1024;  // half a megabyte

    Pages(const ReadTraced& read, const TraceRange& range) : read_(read), range_(range) { range_.limit = page_events; }

    std::optional<TracedEvent> next() {
        while (true) {
            if (at_ == page_.size() && more_) turn();
            if (at_ == page_.size()) return std::nullopt;
            const TracedEvent& traced = page_[at_++];
            if (traced.readable) return traced;
            damaged_.push_back(traced.point.seq);
        }
    }

    /// Those passed over.
    std::vector<SeqRange> damaged() {
        std::vector<SeqRange> ranges;
        std::ranges::sort(damaged_);
        for (const std::uint32_t seq : damaged_) {
            if (ranges.empty() || seq != ranges.back().last + 1)
                ranges.push_back({seq, seq});
            else
                ranges.back().last = seq;
        }
        return ranges;
    }

   private:
    void turn() {
        page_ = read_(range_);
        at_ = 0;
        more_ = page_.size() == page_events;
        if (!page_.empty()) range_.after = TracePlace{page_.back().point.tis_ms, page_.back().point.seq};
    }

    const ReadTraced& read_;
    TraceRange range_;
    std::vector<TracedEvent> page_;
    std::vector<std::uint32_t> damaged_;
    std::size_t at_ = 0;
    bool more_ = true;
};

}  // namespace

std::vector<SeqRange> smooth(std::vector<TracePoint>& points, TrackNumber track, const ReadTraced& read,
                             const CellTable& cells) {
    if (points.empty()) return {};
    // What is not estimated anew may not tell the order of arrival either.
    for (TracePoint& point : points) point.reasons = without_stale_event(point.reasons);
    const std::int64_t from_ms = points.front().tis_ms;
    Pages pages(read, {.track = track,
                       .from_ms = HindsightWalk::first_needed_ms(from_ms),
                       .to_ms = HindsightWalk::last_needed_ms(points.back().tis_ms)});
    std::size_t next = 0;  // points and events come in the same order
    HindsightWalk walk([&] { return pages.next(); }, cells);
    walk.run(from_ms, points.back().tis_ms, [&](const TracedEvent& traced, const std::optional<Estimate>& estimate) {
        while (next < points.size() && listed_before(points[next], traced.point)) ++next;
        if (next == points.size() || points[next].seq != traced.point.seq) return;
        if (estimate) points[next] = point_of(*estimate, traced.event, traced.point.seq);
        ++next;
    });
    return pages.damaged();
}

std::vector<TracePoint> SmoothedTraces::trace(std::uint32_t track_number) {
    auto points = source_.trace(track_number);
    const auto damaged =
        smooth(points, track_number, [this](const TraceRange& range) { return source_.traced(range); }, cells_);
    if (!damaged.empty()) on_damaged_(track_number, damaged);
    return points;
}

}  // namespace simtrail
