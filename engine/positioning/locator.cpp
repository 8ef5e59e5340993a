#include "engine/positioning/locator.hpp"

#include <algorithm>
#include <cmath>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/geodesy.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/centre.hpp"
#include "engine/positioning/closed_form.hpp"
#include "engine/positioning/fingerprint_match.hpp"
#include "engine/positioning/sequence.hpp"
#include "engine/positioning/site_signals.hpp"
#include "engine/positioning/tuning.hpp"

namespace simtrail {

namespace {

/// After so long the last candidates say nothing any more.
constexpr double forgotten_s = 1800;

constexpr std::array<double, 3> spread_limits_m{60, 150, 400};
constexpr std::array<double, 3> distance_limits{1, 3, 9};
constexpr std::array<double, 3> days_limits{2, 4, 7};
constexpr std::array<double, 3> heard_limits{2, 3, 5};
constexpr std::array<double, 3> age_limits_s{10, 40, 160};

std::uint8_t less_is_worse(std::uint8_t grade) noexcept {
    return static_cast<std::uint8_t>(RadiusContext::grades - 1 - grade);
}

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

Candidates candidates_of(const Matches& matches, const FingerprintMap& map, const LocalPlane& plane) noexcept {
    Candidates candidates;
    for (const Match& match : matches.view()) {
        const auto& place = map.fingerprints()[match.fingerprint];
        candidates.add({.at = plane.to_offset(to_geo(place.place)),
                        .velocity = (place.speed_half_mps / 2.0) * direction(place.heading),
                        .log_weight = match.log_weight,
                        .moving = place.speed_half_mps != PackedFingerprint::not_moving});
    }
    return candidates;
}

/// Reports that follow each other quickly on one cell say nearly the same: they count less.
void discount_repetition(Candidates& candidates, const CellEvent& event, const MotionFilter& motion,
                         double seconds) noexcept {
    if (!motion.history().current().is_on(event)) return;
    const double share = std::clamp(seconds / tuning.repetition_s, 0.1, 1.0);
    for (Candidate& candidate : candidates.view()) candidate.log_weight *= share;
}

Basis basis_of(const RadioScene& scene, const Matches& matches) noexcept {
    if (scene.has_neighbours) return matches.at_serving_cell ? Basis::fingerprint : Basis::fingerprint_around;
    return matches.at_serving_cell ? Basis::learnt_cell : Basis::learnt_site;
}

void take_centre(Estimate& estimate, const LocalPlane& plane, Candidates& candidates) noexcept {
    const Centre centre = centre_of(candidates);
    estimate.place = plane.to_geo(centre.at);
    estimate.spread_m = centre.radius95_m;
}

/// Makes the candidates' weights sum to `share`.
void normalise(Candidates& candidates, double share) noexcept {
    const double best = candidates.best();
    double sum = 0;
    for (const Candidate& candidate : candidates.view()) sum += quick_exp(candidate.log_weight - best);
    const double shift = maths::logarithm(share / sum) - best;
    for (Candidate& candidate : candidates.view()) candidate.log_weight += shift;
}

/// The less the nearest fingerprints are like the event, the more the site table has to say.
void mix_in_sites(Candidates& candidates, double distance, const CellEvent& event, const CellTable& cells,
                  const LocalPlane& plane) noexcept {
    constexpr double even_distance = 12, distance_scale = 3, negligible = 0.1, most = 0.97;
    const double share = std::min(1 / (1 + quick_exp((even_distance - distance) / distance_scale)), most);
    if (share < negligible) return;
    auto sites = weigh_sites(event, cells);
    if (!sites) return;
    normalise(candidates, 1 - share);
    normalise(sites->candidates, share);
    const Offset shift = plane.to_offset(sites->plane.origin());
    for (Candidate candidate : sites->candidates.view()) {
        candidate.at = candidate.at + shift;
        candidates.add(candidate);
    }
}

Estimate among_learnt_places(const CellEvent& event, const RadioScene& scene, const Matches& matches,
                             const CellTable& cells, const MotionFilter& motion) noexcept {
    const auto& map = cells.fingerprints();
    const LocalPlane plane(to_geo(map.fingerprints()[matches.items[0].fingerprint].place));
    Candidates candidates = candidates_of(matches, map, plane);
    Estimate estimate;
    estimate.context.basis = basis_of(scene, matches);
    if (scene.has_neighbours) mix_in_sites(candidates, matches.best_distance, event, cells, plane);
    if (follows(event, motion.belief())) {
        const double seconds = seconds_since(event, motion.belief().at_ms());
        const Candidates before = motion.belief().on(plane);
        discount_repetition(candidates, event, motion, seconds);
        if (estimate.context.basis == Basis::learnt_site) add_survivors(candidates, before, seconds);
        weigh_by_motion(candidates, before, seconds);
    }
    take_centre(estimate, plane, candidates);
    estimate.belief = Belief::of(event.ts_ms, plane, candidates);
    estimate.context.support = scene.has_neighbours ? grade_of(matches.best_distance, distance_limits)
                                                    : less_is_worse(grade_of(matches.days, days_limits));
    return estimate;
}

Estimate among_sites(const CellEvent& event, SiteSignals& sites, const MotionFilter& motion) noexcept {
    Estimate estimate;
    estimate.context.basis = Basis::site_signals;
    estimate.context.support = less_is_worse(grade_of(static_cast<double>(event.neighbours.size()), heard_limits));
    if (follows(event, motion.belief())) {
        const double seconds = seconds_since(event, motion.belief().at_ms());
        weigh_by_motion(sites.candidates, motion.belief().on(sites.plane), seconds);
    }
    take_centre(estimate, sites.plane, sites.candidates);
    estimate.belief = Belief::of(event.ts_ms, sites.plane, sites.candidates);
    return estimate;
}

/// The last candidates, moved on; the belief stays as it is until there is evidence again.
std::optional<Estimate> moved_on(const CellEvent& event, const MotionFilter& motion) noexcept {
    constexpr double wandering_mps = 10;
    if (motion.belief().empty() || !motion.last()) return std::nullopt;
    const LocalPlane plane(motion.last()->place);
    const double seconds = std::fabs(seconds_since(event, motion.belief().at_ms()));
    Candidates candidates;
    for (Candidate candidate : motion.belief().on(plane).view()) {
        if (candidate.moving) candidate.at = candidate.at + std::min(seconds, tuning.going_on_s) * candidate.velocity;
        candidates.add(candidate);
    }
    Estimate estimate;
    take_centre(estimate, plane, candidates);
    estimate.spread_m += wandering_mps * std::min(seconds, 20'000.0);
    estimate.context.basis = Basis::moved_on;
    estimate.context.support = grade_of(seconds, age_limits_s);
    estimate.belief = motion.belief();
    return estimate;
}

/// Without candidates to move on: the last position, widened by what a lorry drives in the meantime.
std::optional<Estimate> held(const CellEvent& event, const MotionFilter& motion) noexcept {
    if (!motion.last()) return std::nullopt;
    constexpr double lorry_speed_mps = 25, widest_m = 100'000;
    const double seconds = std::fabs(seconds_since(event, motion.last()->tis_ms));
    const double travelled = std::max(lorry_speed_mps * seconds, usual_range_m(event.serving.radio));
    Estimate estimate{.place = motion.last()->place,
                      .spread_m = std::min(motion.last()->accuracy_m + travelled, widest_m)};
    estimate.context.basis = Basis::surroundings;
    return estimate;
}

Estimate estimate_of(const ClosedForm& form, Basis basis) noexcept {
    Estimate estimate{.place = form.place, .reasons = form.reasons, .spread_m = form.radius_m};
    estimate.context.basis = basis;
    return estimate;
}

void calibrate(Estimate& estimate, const CellEvent& event, const Calibration& calibration) noexcept {
    estimate.context.radio = event.serving.radio;
    estimate.context.spread = grade_of(estimate.spread_m, spread_limits_m);
    estimate.radius_m = estimate.spread_m * calibration.factor(estimate.context);
}

/// Of what is left for an event of an unknown cell, the surest.
std::optional<Estimate> without_serving_cell(const CellEvent& event, const CellTable& cells,
                                             const MotionFilter& motion) noexcept {
    std::optional<Estimate> best;
    const auto offer = [&](std::optional<Estimate> other) {
        if (!other) return;
        calibrate(*other, event, cells.calibration());
        if (!best || other->radius_m < best->radius_m) best = std::move(other);
    };
    offer(moved_on(event, motion));
    if (motion.belief().empty()) offer(held(event, motion));
    if (const auto form = without_serving_cell(event, cells)) offer(estimate_of(*form, Basis::surroundings));
    if (best) best->reasons.add(ErrorReason::unknown_cell);
    return best;
}

}  // namespace

std::optional<Estimate> locate(const CellEvent& event, const CellTable& cells, const MotionFilter& motion) noexcept {
    std::optional<Estimate> estimate;
    const auto& map = cells.fingerprints();
    Matches matches;
    RadioScene scene;
    if (!map.empty()) {
        scene = scene_of(event, motion.history());
        matches = match(scene, map);
    }
    const auto serving = cells.find(event.serving);
    if (matches.count > 0)
        estimate = among_learnt_places(event, scene, matches, cells, motion);
    else if (auto sites = weigh_sites(event, cells))
        estimate = among_sites(event, *sites, motion);
    else if (serving)
        estimate = estimate_of(at_known_cell(event, *serving, cells), Basis::site);
    if (estimate) {
        if (!matches.at_serving_cell && !serving) estimate->reasons.add(ErrorReason::unknown_cell);
        calibrate(*estimate, event, cells.calibration());
    } else {
        estimate = without_serving_cell(event, cells, motion);
    }
    if (!estimate) return std::nullopt;
    if (is_weak(event)) estimate->reasons.add(ErrorReason::low_signal_strength);
    estimate->confidence =
        estimate->reasons.has(ErrorReason::unknown_cell) ? Confidence::low : confidence_of(estimate->radius_m);
    return estimate;
}

}  // namespace simtrail
