#pragma once

#include "bench/simulate/random.hpp"
#include "bench/simulate/road_network.hpp"

namespace simtrail::simulate {

/// One vehicle on its way: drives to a goal, waits at lights, stays at the goal (for hours at its depot), drives on.
class Vehicle {
   public:
    Vehicle(const RoadNetwork& roads, Random& random);

    void drive(const RoadNetwork& roads, double seconds, Random& random);
    Offset place(const RoadNetwork& roads) const noexcept;

   private:
    void arrive(const RoadNetwork& roads, Random& random);

    NodeIndex depot_, from_, to_, goal_;
    double driven_m_ = 0;  // on the road from `from_` to `to_`
    double length_m_ = 0;  // of that road; 0: standing at `from_`
    double speed_mps_ = 0;
    double waits_s_ = 0;
};

}  // namespace simtrail::simulate
