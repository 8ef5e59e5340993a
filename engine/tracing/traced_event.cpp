#include "engine/tracing/traced_event.hpp"

#include "engine/tracing/evidence.hpp"

namespace simtrail {

bool append_traced(std::vector<TracedEvent>& out, std::span<const TracePoint> points, std::string_view evidence) {
    static const Msisdn nobody = *Msisdn::parse("0");
    const std::size_t before = out.size();
    ByteReader reader{evidence};
    for (const TracePoint& point : points) {
        const bool first = out.size() == before;
        TracedEvent traced{.point = point, .event = {.ts_ms = point.tis_ms, .msisdn = nobody}};
        if (!read_evidence(reader, first ? nullptr : &out.back().event.serving, traced.event)) {
            out.erase(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
            return false;
        }
        out.push_back(traced);
    }
    return true;
}

}  // namespace simtrail
