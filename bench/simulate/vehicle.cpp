#include "bench/simulate/vehicle.hpp"

#include <algorithm>

namespace simtrail::simulate {

namespace {
constexpr double red_light_share = 0.4, longest_red_s = 40;
constexpr double depot_share = 0.2;  // of goals
}  // namespace

Vehicle::Vehicle(const RoadNetwork& roads, Random& random)
    : depot_(random.below(roads.size())),
      from_(random.below(roads.size())),
      to_(from_),
      goal_(from_),
      waits_s_(random.between(0, 600)) {}

void Vehicle::drive(const RoadNetwork& roads, double seconds, Random& random) {
    while (seconds > 0) {
        const double waited = std::min(waits_s_, seconds);
        waits_s_ -= waited;
        seconds -= waited;
        if (seconds <= 0) return;
        const double road_left_m = length_m_ - driven_m_;
        const double reach_m = speed_mps_ * seconds;
        if (reach_m < road_left_m) {
            driven_m_ += reach_m;
            return;
        }
        if (speed_mps_ > 0) seconds -= road_left_m / speed_mps_;
        arrive(roads, random);
    }
}

/// At `to_`: waits at a light or stays at the goal, then takes the next road.
void Vehicle::arrive(const RoadNetwork& roads, Random& random) {
    from_ = to_;
    driven_m_ = 0;
    if (from_ == goal_) {
        waits_s_ = from_ == depot_ ? random.between(1800, 10800) : random.between(120, 900);
        while (goal_ == from_)
            goal_ = random.chance(depot_share) && from_ != depot_ ? depot_ : random.below(roads.size());
    } else if (roads.node(from_).lights && random.chance(red_light_share)) {
        waits_s_ = random.between(3, longest_red_s);
    }
    const auto& road = roads.towards_goal(from_, goal_);
    to_ = road.to;
    length_m_ = road.length_m;
    speed_mps_ = road.speed_mps * random.between(0.75, 1.1);
}

Offset Vehicle::place(const RoadNetwork& roads) const noexcept {
    const Offset a = roads.node(from_).place, b = roads.node(to_).place;
    const double share = length_m_ > 0 ? driven_m_ / length_m_ : 0;
    return {a.east_m + (b.east_m - a.east_m) * share, a.north_m + (b.north_m - a.north_m) * share};
}

}  // namespace simtrail::simulate
