#pragma once

#include "engine/positioning/candidates.hpp"
#include "engine/positioning/tuning.hpp"

namespace simtrail {

/// After so long the last candidates say nothing any more.
inline constexpr double forgotten_s = 1800;

/// One step of the forward pass: weighs each candidate by how well it can be reached from where the subscriber may have been.
void weigh_by_motion(Candidates& candidates, const Candidates& before, double seconds,
                     const Tuning::Walk& walk = tuning.live) noexcept;

/// Of squares, which nobody is known to have passed: gives them all the velocity with which their middle went on from that of
/// `before`, smoothed. After they were weighed.
void set_course(Candidates& squares, const Candidates& before, double seconds) noexcept;

/// One step of the backward pass, with hindsight: weighs each candidate by how well it leads to where the subscriber may be
/// `seconds` later.
void weigh_by_future(Candidates& candidates, const Candidates& after, double seconds) noexcept;

/// The logarithm of how likely the subscriber got from one candidate to the other, with hindsight: the measure of both passes.
double log_reach(const Candidate& from, const Candidate& to, double seconds) noexcept;

/// Adds the likeliest of `before`, moved on for `seconds`, so that what an event does not speak of is not forgotten.
void add_survivors(Candidates& candidates, const Candidates& before, double seconds,
                   double penalty = tuning.live.survivor_penalty) noexcept;

}  // namespace simtrail
