#include "engine/positioning/locator.hpp"

#include <algorithm>
#include <cmath>

#include "engine/maths/geodesy.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/positioning/closed_form.hpp"
#include "engine/positioning/fallbacks.hpp"
#include "engine/positioning/sequence.hpp"
#include "engine/positioning/snapshot.hpp"
#include "engine/positioning/tuning.hpp"
#include "engine/tracing/packed_point.hpp"

namespace simtrail {

namespace {

double seconds_since(const CellEvent& event, std::int64_t at_ms) noexcept {
    return static_cast<double>(event.ts_ms - at_ms) / 1000;
}

bool is_weak(const CellEvent& event) noexcept {
    constexpr std::array<std::int16_t, 4> limits_dbm{-103, -107, -117,
                                                     -117};  // RxLev, RSCP, RSRP, SS-RSRP near the edge
    return event.signal_dbm && *event.signal_dbm <= limits_dbm[static_cast<std::size_t>(event.serving.radio)];
}

Confidence confidence_of(double radius_m) noexcept {
    if (radius_m <= 600) return Confidence::high;
    return radius_m <= 2000 ? Confidence::medium : Confidence::low;
}

bool follows(const CellEvent& event, const Belief& belief) noexcept {
    if (belief.empty()) return false;
    const double seconds = seconds_since(event, belief.at_ms());
    return seconds >= 0 && seconds <= forgotten_s;
}

/// Weighs the candidates by how well they are reached from the last ones.
Estimate among_candidates(const CellEvent& event, Snapshot& snapshot, const MotionFilter& motion,
                          const Breadth& breadth) noexcept {
    const bool goes_on = follows(event, motion.belief());
    const double seconds = goes_on ? seconds_since(event, motion.belief().at_ms()) : 0;
    const Candidates before = goes_on ? motion.belief().on(snapshot.plane) : Candidates{};
    bool repeats = false;
    if (goes_on) {
        repeats = is_repetition(snapshot, event, motion.history(), seconds);
        if (snapshot.basis == Basis::learnt_site) add_survivors(snapshot.candidates, before, seconds);
        weigh_by_motion(snapshot.candidates, before, seconds);
    }
    Estimate estimate = at_centre(snapshot.candidates, snapshot.plane, breadth.rounds);
    estimate.context.basis = snapshot.basis;
    estimate.context.support = snapshot.support;
    if (snapshot.candidates.gapless()) set_course(snapshot.candidates, before, seconds);
    if (snapshot.sparse) estimate.reasons.add(ErrorReason::sparse_cell);
    estimate.belief =
        repeats ? motion.belief() : Belief::of(event.ts_ms, snapshot.plane, snapshot.candidates, breadth.remembered);
    return estimate;
}

/// The last candidates, moved on; the belief stays as it is until there is evidence again.
std::optional<Estimate> moved_on(const CellEvent& event, const MotionFilter& motion) noexcept {
    if (motion.belief().empty() || !motion.last()) return std::nullopt;
    const LocalPlane plane(motion.last()->place);
    const double seconds = std::fabs(seconds_since(event, motion.belief().at_ms()));
    Candidates candidates;
    for (Candidate candidate : motion.belief().on(plane).view()) {
        if (candidate.moving) candidate.at = candidate.at + std::min(seconds, tuning.going_on_s) * candidate.velocity;
        candidates.add(candidate);
    }
    Estimate estimate = moved_on(candidates, plane, seconds);
    estimate.belief = motion.belief();
    return estimate;
}

/// Without candidates to move on: the last position.
std::optional<Estimate> held(const CellEvent& event, const MotionFilter& motion) noexcept {
    const auto last = motion.last();
    if (!last) return std::nullopt;
    return held_at(last->place, last->accuracy_m, std::fabs(seconds_since(event, last->tis_ms)), event.serving.radio);
}

/// Of what is left for an event without candidates, the surest. `serving`: of the table, where it has the cell.
std::optional<Estimate> without_candidates(const CellEvent& event, const std::optional<CellRecord>& serving,
                                           const CellTable& cells, const MotionFilter& motion) noexcept {
    Surest surest(event.serving.radio, cells.calibration());
    surest.offer(moved_on(event, motion));
    if (serving) {
        surest.offer(by_formula(at_known_cell(event, *serving, cells), Basis::site));
    } else {
        if (motion.belief().empty()) surest.offer(held(event, motion));
        if (const auto form = without_serving_cell(event, cells)) surest.offer(by_formula(*form, Basis::surroundings));
    }
    return surest.taken();
}

bool is_among_candidates(const Estimate& estimate) noexcept {
    return estimate.context.basis != Basis::site && estimate.context.basis != Basis::surroundings;
}

}  // namespace

void calibrate(Estimate& estimate, Radio radio, const Calibration& calibration) noexcept {
    constexpr std::array<double, 3> spread_limits_m{60, 150, 400};
    estimate.context.radio = radio;
    estimate.context.spread = grade_of(estimate.spread_m, spread_limits_m);
    estimate.radius_m = calibration.rule(estimate.context).radius_m(estimate.spread_m);
    if (estimate.context.support != RadiusContext::sparse) return;
    RadiusContext of_one_day = estimate.context;  // a sparse cell is no surer than one that a single day saw
    --of_one_day.support;
    estimate.radius_m = std::max(estimate.radius_m, calibration.rule(of_one_day).radius_m(estimate.spread_m));
}

TracePoint point_of(const Estimate& estimate, const CellEvent& event, std::uint32_t seq) noexcept {
    const TracePoint point{.seq = seq,
                           .tis_ms = event.ts_ms,
                           .lon_e5 = static_cast<std::int32_t>(std::lround(estimate.place.lon_deg * 1e5)),
                           .lat_e5 = static_cast<std::int32_t>(std::lround(estimate.place.lat_deg * 1e5)),
                           .accuracy_m = static_cast<std::uint32_t>(std::ceil(std::min(estimate.radius_m, 1e6))),
                           .confidence = estimate.confidence,
                           .reasons = estimate.reasons,
                           .radio = event.serving.radio};
    return PackedPoint{point}.unpacked(seq);
}

void grade(Estimate& estimate, const CellEvent& event) noexcept {
    if (is_weak(event)) estimate.reasons.add(ErrorReason::low_signal_strength);
    estimate.confidence =
        estimate.reasons.has(ErrorReason::unknown_cell) ? Confidence::low : confidence_of(estimate.radius_m);
}

std::optional<Estimate> locate(const CellEvent& event, const CellTable& cells, const MotionFilter& motion,
                               const Breadth& breadth) noexcept {
    std::optional<Estimate> estimate;
    auto snapshot = snapshot_of(event, cells, motion.history(), breadth);
    const auto serving = cells.find(event.serving);
    if (snapshot) {
        estimate = among_candidates(event, *snapshot, motion, breadth);
        calibrate(*estimate, event.serving.radio, cells.calibration());
    } else {
        estimate = without_candidates(event, serving, cells, motion);
    }
    if (!estimate) return std::nullopt;
    if (!serving && !(snapshot && snapshot->at_serving_cell)) estimate->reasons.add(ErrorReason::unknown_cell);
    if (is_among_candidates(*estimate)) estimate->radius_m *= breadth.widening;
    grade(*estimate, event);
    return estimate;
}

}  // namespace simtrail
