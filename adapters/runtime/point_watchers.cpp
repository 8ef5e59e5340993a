#include "adapters/runtime/point_watchers.hpp"

#include <array>

namespace simtrail::runtime {

struct PointWatchers::State {
    std::mutex mutex;
    std::multimap<TrackNumber, OnPoints> watchers;
};

class PointWatchers::Watch final : public TraceDesk::Subscription {
   public:
    Watch(std::shared_ptr<State> state, TrackNumber track, OnPoints on_points) : state_(std::move(state)) {
        const std::lock_guard lock(state_->mutex);
        place_ = state_->watchers.emplace(track, std::move(on_points));
    }
    ~Watch() override {
        const std::lock_guard lock(state_->mutex);
        state_->watchers.erase(place_);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    std::shared_ptr<State> state_;
    std::multimap<TrackNumber, OnPoints>::iterator place_;
};

PointWatchers::PointWatchers() : state_(std::make_shared<State>()) {}
PointWatchers::~PointWatchers() = default;

std::unique_ptr<TraceDesk::Subscription> PointWatchers::subscribe(TrackNumber track, OnPoints on_points) {
    return std::make_unique<Watch>(state_, track, std::move(on_points));
}

void PointWatchers::tell(std::span<const TrackOutput::Published> points) const {
    const std::lock_guard lock(state_->mutex);
    if (state_->watchers.empty()) return;
    for (const auto& [track, seq, packed] : points) {
        const auto [first, last] = state_->watchers.equal_range(track);
        if (first == last) continue;
        const std::array point{packed.unpacked(seq)};
        for (auto watcher = first; watcher != last; ++watcher) watcher->second(point);
    }
}

void PointWatchers::tell_end(TrackNumber track) const {
    const std::lock_guard lock(state_->mutex);
    const auto [first, last] = state_->watchers.equal_range(track);
    for (auto watcher = first; watcher != last; ++watcher) watcher->second({});
}

}  // namespace simtrail::runtime
