#include "engine/tracing/traced_event.hpp"

#include "engine/tracing/evidence.hpp"

namespace simtrail {

namespace {

TracedEvent unread(const TracePoint& point) {
    static const Msisdn nobody = *Msisdn::parse("0");
    return {.point = point, .event = {.ts_ms = point.tis_ms, .msisdn = nobody}};
}

}  // namespace

bool append_traced(std::vector<TracedEvent>& out, std::span<const TracePoint> points, std::string_view evidence) {
    const std::size_t before = out.size();
    ByteReader reader{evidence};
    for (const TracePoint& point : points) {
        const bool first = out.size() == before;
        TracedEvent traced = unread(point);
        if (!read_evidence(reader, first ? nullptr : &out.back().event.serving, traced.event)) {
            out.erase(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
            return false;
        }
        out.push_back(traced);
    }
    return true;
}

void append_unreadable(std::vector<TracedEvent>& out, std::span<const TracePoint> points) {
    for (const TracePoint& point : points) {
        out.push_back(unread(point));
        out.back().readable = false;
    }
}

}  // namespace simtrail
