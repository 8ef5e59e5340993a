#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/events/msisdn.hpp"
#include "engine/tracing/trace_page.hpp"
#include "engine/tracing/trace_point.hpp"

namespace simtrail {

/// A track as exports and evaluations name it.
struct TrackInfo {
    std::uint32_t number = 0;  // internal, never reused
    std::string track_id;      // "mts:track:UUID"
    std::string name;
    std::string tenant;
    Msisdn msisdn;
};

/// Where stored traces are read from. Implemented by storage (a read-only connection); errors of the store are thrown.
class TraceSource {
   public:
    virtual ~TraceSource() = default;

    /// All tracks, by number.
    virtual std::vector<TrackInfo> tracks() = 0;

    /// All durable points of a track, sorted by `listed_before`.
    virtual std::vector<TracePoint> trace(std::uint32_t track_number) = 0;

    /// Durable points of a range with the events behind them, as listed, at most `range.limit`.
    virtual std::vector<TracedEvent> traced(const TraceRange& range) = 0;
};

}  // namespace simtrail
