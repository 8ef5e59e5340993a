#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>

#include "adapters/runtime/desks.hpp"
#include "engine/tracing/tracker.hpp"

namespace simtrail::runtime {

/// Who wants to see points of a track as they become durable. Any thread; they are told on the writer's, under a lock: a
/// subscription that is destroyed is told nothing more.
class PointWatchers {
   public:
    using OnPoints = std::function<void(std::span<const TracePoint>)>;

    PointWatchers();
    ~PointWatchers();
    std::unique_ptr<TraceDesk::Subscription> subscribe(TrackNumber track, OnPoints on_points);

    void tell(std::span<const TrackOutput::Published> points) const;
    /// The track ceased to run: an empty span.
    void tell_end(TrackNumber track) const;

   private:
    struct State;
    class Watch;
    std::shared_ptr<State> state_;
};

}  // namespace simtrail::runtime
