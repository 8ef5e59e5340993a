#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/tracing/trace_source.hpp"

namespace simtrail::testing {

/// A TraceSource that holds what it is given.
class TracesInMemory : public TraceSource {
   public:
    TracesInMemory& add(std::string_view msisdn, std::vector<TracePoint> points, std::string track_id = "",
                        std::string name = "") {
        const auto number = static_cast<std::uint32_t>(tracks_.size() + 1);
        if (track_id.empty()) track_id = "mts:track:" + std::to_string(number);
        tracks_.push_back({number, std::move(track_id), std::move(name), "acme", *Msisdn::parse(msisdn)});
        std::ranges::sort(points, listed_before);
        traces_[number] = std::move(points);
        return *this;
    }
    std::vector<TrackInfo> tracks() override { return tracks_; }
    std::vector<TracePoint> trace(std::uint32_t number) override { return traces_.at(number); }
    std::vector<TracedEvent> traced(const TraceRange&) override { return {}; }  // nobody remembers the events

   private:
    std::vector<TrackInfo> tracks_;
    std::map<std::uint32_t, std::vector<TracePoint>> traces_;
};

}  // namespace simtrail::testing
