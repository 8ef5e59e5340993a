#include "bench/simulate/road_network.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>

namespace simtrail::simulate {

namespace {

constexpr double block_m = 400;
constexpr int half_blocks = 15;                                                        // the city is 12 km wide
constexpr int motorway_end_column = 75;                                                // 30 km from the centre
constexpr int interchange_columns = 5;                                                 // a motorway node every 2 km
constexpr double street_mps = 9, arterial_mps = 15, ring_mps = 22, motorway_mps = 31;  // 32, 54, 79, 112 km/h

constexpr bool on_arterial(int line) noexcept { return line % 5 == 0; }
constexpr bool on_ring(int line) noexcept { return std::abs(line) == half_blocks; }
constexpr double grid_speed(int line) noexcept {
    return on_ring(line) ? ring_mps : on_arterial(line) ? arterial_mps : street_mps;
}
NodeIndex grid_node(int column, int row) noexcept {
    return static_cast<NodeIndex>((row + half_blocks) * (2 * half_blocks + 1) + column + half_blocks);
}
double squared_blocks(const RoadNetwork::Node& a, const RoadNetwork::Node& b) noexcept {
    const double columns = a.column - b.column, rows = a.row - b.row;
    return columns * columns + rows * rows;
}

}  // namespace

RoadNetwork::RoadNetwork(std::uint64_t seed) {
    Random random{mixed(seed ^ 0x726F616473ULL)};
    add_grid(random);
    add_motorway(random);
}

void RoadNetwork::add_grid(Random& random) {
    for (int row = -half_blocks; row <= half_blocks; ++row) {
        for (int column = -half_blocks; column <= half_blocks; ++column) {
            const double bend = block_m / 5;
            const Offset place{column * block_m + random.between(-bend, bend),
                               row * block_m + random.between(-bend, bend)};
            nodes_.push_back(
                {place, column, row, on_arterial(column) && on_arterial(row) && !on_ring(column) && !on_ring(row), {}});
        }
    }
    for (int row = -half_blocks; row <= half_blocks; ++row) {
        for (int column = -half_blocks; column <= half_blocks; ++column) {
            if (column < half_blocks) join(grid_node(column, row), grid_node(column + 1, row), grid_speed(row));
            if (row < half_blocks) join(grid_node(column, row), grid_node(column, row + 1), grid_speed(column));
            if (column < half_blocks && column == row)
                join(grid_node(column, row), grid_node(column + 1, row + 1), arterial_mps);
            if (column < half_blocks && column == -row)
                join(grid_node(column, row), grid_node(column + 1, row - 1), arterial_mps);
        }
    }
}

void RoadNetwork::add_motorway(Random& random) {
    NodeIndex previous = grid_node(half_blocks, 0);
    for (int column = half_blocks + interchange_columns; column <= motorway_end_column; column += interchange_columns) {
        nodes_.push_back({{column * block_m, random.between(-300, 300)}, column, 0, false, {}});
        const auto here = static_cast<NodeIndex>(nodes_.size() - 1);
        join(previous, here, motorway_mps);
        previous = here;
    }
}

void RoadNetwork::join(NodeIndex a, NodeIndex b, double speed_mps) {
    const double east = nodes_[b].place.east_m - nodes_[a].place.east_m;
    const double north = nodes_[b].place.north_m - nodes_[a].place.north_m;
    const double length = std::sqrt(east * east + north * north);
    nodes_[a].roads.push_back({b, length, speed_mps});
    nodes_[b].roads.push_back({a, length, speed_mps});
}

const RoadNetwork::Road& RoadNetwork::towards_goal(NodeIndex from, NodeIndex goal) const noexcept {
    const Road* best = &nodes_[from].roads.front();  // every crossing has one
    double least = std::numeric_limits<double>::infinity();
    const double here = squared_blocks(nodes_[from], nodes_[goal]);
    for (const auto& road : nodes_[from].roads) {
        const double there = squared_blocks(nodes_[road.to], nodes_[goal]);
        const double seconds = road.length_m / road.speed_mps + std::sqrt(there) * block_m / arterial_mps;
        if (there < here && seconds < least) {
            least = seconds;
            best = &road;
        }
    }
    return *best;
}

}  // namespace simtrail::simulate
