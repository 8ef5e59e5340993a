#pragma once

#include "engine/positioning/breadth.hpp"
#include "engine/positioning/candidates.hpp"

namespace simtrail {

/// The geometric median of weighted candidates (Weiszfeld, smoothed by 15 m), and the distance from it that holds 95 % of
/// the weight.
struct Centre {
    Offset at;
    double radius95_m = 0;
};

/// Precondition: not empty. Turns log weights into their normal form: the best is 0.
Centre centre_of(Candidates& candidates, int rounds = full_breadth.rounds) noexcept;

}  // namespace simtrail
