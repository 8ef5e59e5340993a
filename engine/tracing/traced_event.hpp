#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/events/cell_event.hpp"
#include "engine/tracing/trace_point.hpp"

namespace simtrail {

/// A point and the event behind it; the subscriber's number may be missing ("0").
struct TracedEvent {
    TracePoint point;
    CellEvent event;
    bool readable = true;  // false: the stored evidence is damaged, and of the event no more than its time is known
};

/// Adds the events behind consecutive points, from the beginning of their evidence as a segment chains it. False on malformed
/// bytes; nothing is added then.
bool append_traced(std::vector<TracedEvent>& out, std::span<const TracePoint> points, std::string_view evidence);

/// Adds points whose evidence is damaged.
void append_unreadable(std::vector<TracedEvent>& out, std::span<const TracePoint> points);

}  // namespace simtrail
