#pragma once

#include <cstdint>
#include <vector>

#include "bench/simulate/random.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail::simulate {

using NodeIndex = std::uint32_t;

/// Streets of a made city, on a plane in metres: a bent grid with arterials, two diagonals, a ring round it, and a motorway east.
class RoadNetwork {
   public:
    struct Road {
        NodeIndex to;
        double length_m;
        double speed_mps;
    };
    struct Node {
        Offset place;
        int column, row;  // of the grid before it was bent: routing goes by these
        bool lights;
        std::vector<Road> roads;
    };

    explicit RoadNetwork(std::uint64_t seed);

    std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(nodes_.size()); }
    const Node& node(NodeIndex index) const noexcept { return nodes_[index]; }

    /// The road to take from `from` towards `goal` (another node): the quickest of those that come nearer. There is always one.
    const Road& towards_goal(NodeIndex from, NodeIndex goal) const noexcept;

   private:
    void add_grid(Random& random);
    void add_motorway(Random& random);
    void join(NodeIndex a, NodeIndex b, double speed_mps);

    std::vector<Node> nodes_;
};

}  // namespace simtrail::simulate
