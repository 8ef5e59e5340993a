#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "engine/tracing/trace_point.hpp"
#include "engine/tracing/traced_event.hpp"

namespace simtrail {

/// A place in a trace's listing: points are listed by time observed, then by seq.
struct TracePlace {
    std::int64_t tis_ms = 0;
    std::uint32_t seq = 0;

    auto operator<=>(const TracePlace&) const = default;
};

/// Which points of a trace are asked for. Times inclusive.
struct TraceRange {
    std::uint32_t track = 0;
    std::int64_t from_ms = std::numeric_limits<std::int64_t>::min();
    std::int64_t to_ms = std::numeric_limits<std::int64_t>::max();
    std::optional<TracePlace> after;  // where an earlier page ended
    std::uint32_t before_seq =
        std::numeric_limits<std::uint32_t>::max();  // only points before it: the ring has the others
    std::size_t limit = 1000;                       // points, at most
};

/// Stored points, page by page, beside the writer; own read-only connection, one thread. A call holds a read transaction of its
/// own, no longer than a page.
class TracePages {
   public:
    virtual ~TracePages() = default;

    struct Page {
        std::vector<TracePoint> points;  // as listed
        bool more = false;
        std::uint32_t last_stored_seq = 0;  // the newest point that a segment of this track has; 0: none
    };
    virtual Page page(const TraceRange& range) = 0;

    /// The same with the events behind the points.
    struct TracedPage {
        std::vector<TracedEvent> points;
        bool more = false;
        std::uint32_t last_stored_seq = 0;
    };
    virtual TracedPage traced(const TraceRange& range) = 0;

    /// Stored points in order of arrival, `after_seq` < seq < `before_seq`, at most `limit`.
    virtual Page arrived(std::uint32_t track, std::uint32_t after_seq, std::uint32_t before_seq, std::size_t limit) = 0;
};

}  // namespace simtrail
