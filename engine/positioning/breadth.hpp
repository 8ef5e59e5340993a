#pragma once

#include <cstddef>

#include "engine/positioning/belief.hpp"

namespace simtrail {

/// At how many places an event is weighed, which is what it costs. A value, passed to `locate`; docs/positioning.md says what
/// either of the two there are gives and costs, and what the numbers were chosen on.
struct Breadth {
    std::size_t by_signals = 16;                // learnt places, of an event with neighbours
    std::size_t by_context = 16;                // of one without, which the others of its stay join
    std::size_t at_hand_over = 40;              // of one without that has just changed its cell, and speaks for itself
    std::size_t ring_points = 24;               // of the timing advance, beside them
    double least_share_of_sites = 0.15;         // beside learnt places a table is not asked for less
    std::size_t coarse_side = 10;               // squares a side, around the sites of a table that were heard
    float coarse_step_m = 180;                  // their side
    std::size_t refined = 10;                   // the likeliest of them are quartered
    std::size_t unrefined = 90;                 // and so many of the others are candidates as they are
    std::size_t remembered = Belief::capacity;  // candidates from which the next event is reached
    int rounds = 8;                             // towards their geometric median
    double widening = 1;                        // of the radius: fewer candidates lie nearer together
};

/// All that helps.
#ifdef SIMTRAIL_TUNABLE
inline Breadth full_breadth;  // bench/accuracy/fit tries others
#else
inline constexpr Breadth full_breadth;
#endif

/// Few candidates: about half the time, for a stated loss.
inline constexpr Breadth few_candidates{.by_signals = 8,
                                        .by_context = 8,
                                        .at_hand_over = 16,
                                        .ring_points = 12,
                                        .least_share_of_sites = 0.5,
                                        .coarse_side = 8,
                                        .coarse_step_m = 225,
                                        .refined = 4,
                                        .unrefined = 20,
                                        .remembered = 4,
                                        .rounds = 3,
                                        .widening = 1.2};

}  // namespace simtrail
