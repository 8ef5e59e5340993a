#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/cells/fingerprint_map.hpp"
#include "engine/positioning/breadth.hpp"
#include "engine/positioning/radio_scene.hpp"

namespace simtrail {

/// A learnt place that is like the event.
struct Match {
    std::uint32_t fingerprint = 0;
    double log_weight = 0;
};

/// The learnt places most like the event, best first.
struct Matches {
    static constexpr std::size_t capacity = 96;
    std::array<Match, capacity> items{};
    std::size_t count = 0;
    double best_distance = 0;  // mean of the four least, in the features' measure; of events with neighbours
    std::uint32_t days = 0;    // parts of the training that saw the cell; of events without neighbours
    bool at_serving_cell = false;
    std::uint32_t observations = 0;  // of the serving cell
    std::span<const Match> view() const noexcept { return {items.data(), count}; }
};

Matches match(const RadioScene& scene, const FingerprintMap& map, const Breadth& breadth) noexcept;

}  // namespace simtrail
