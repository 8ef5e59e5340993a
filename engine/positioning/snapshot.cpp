#include "engine/positioning/snapshot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/belief.hpp"
#include "engine/positioning/fingerprint_match.hpp"
#include "engine/positioning/site_signals.hpp"
#include "engine/positioning/tuning.hpp"

namespace simtrail {

namespace {

constexpr std::array<double, 3> distance_limits{1, 3, 9};
constexpr std::array<double, 3> days_limits{2, 4, 7};
constexpr std::array<double, 3> heard_limits{2, 3, 5};
constexpr std::uint8_t worst_grade = 3;

std::uint8_t less_is_worse(std::uint8_t grade) noexcept { return static_cast<std::uint8_t>(worst_grade - grade); }

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

Basis basis_of(const RadioScene& scene, const Matches& matches) noexcept {
    if (scene.has_neighbours) return matches.at_serving_cell ? Basis::fingerprint : Basis::fingerprint_around;
    return matches.at_serving_cell ? Basis::learnt_cell : Basis::learnt_site;
}

/// Makes the candidates' weights sum to `share`.
void normalise(Candidates& candidates, double share) noexcept {
    const double best = candidates.best();
    double sum = 0;
    for (const Candidate& candidate : candidates.view()) sum += quick_exp(candidate.log_weight - best);
    const double shift = maths::logarithm(share / sum) - best;
    for (Candidate& candidate : candidates.view()) candidate.log_weight += shift;
}

/// Adds others, with a share of the whole weight.
void mix_in(Candidates& candidates, Candidates others, double share) noexcept {
    normalise(candidates, 1 - share);
    normalise(others, share);
    for (const Candidate& candidate : others.view()) candidates.add(candidate);
}

/// The less the nearest fingerprints are like the event, the more the site table has to say.
void mix_in_sites(Snapshot& snapshot, double distance, const CellEvent& event, const CellTable& cells,
                  const Breadth& breadth) noexcept {
    constexpr double even_distance = 16, distance_scale = 7, most = 0.97;
    const double share = std::min(1 / (1 + quick_exp((even_distance - distance) / distance_scale)), most);
    if (share < breadth.least_share_of_sites) return;
    const auto sites = weigh_sites(event, cells, breadth);
    if (!sites) return;
    const Offset shift = snapshot.plane.to_offset(sites->plane.origin());
    Candidates others = sites->candidates;
    for (Candidate& candidate : others.view()) candidate.at = candidate.at + shift;
    mix_in(snapshot.candidates, others, share);
}

/// Round the serving cell's antenna, as far off as the timing advance says.
struct Ring {
    Offset site;
    double radius_m = 0;

    /// How far from it the nearest candidate is.
    double gap_m(const Candidates& candidates) const noexcept {
        double least = 1e300;
        for (const Candidate& candidate : candidates.view())
            least = std::min(least, std::fabs(length_m(candidate.at - site) - radius_m));
        return least;
    }

    Candidates points(std::size_t most) const noexcept {
        const double wanted = 2 * maths::pi * radius_m / tuning.ring_spacing_m;
        const auto count =
            static_cast<std::size_t>(std::clamp(wanted, double{least_ring_points}, static_cast<double>(most)));
        Candidates ring;
        for (std::size_t i = 0; i < count; ++i)
            ring.add({.at = site + towards(360.0 / static_cast<double>(count) * static_cast<double>(i), radius_m)});
        return ring;
    }
};

double ring_radius_m(const CellEvent& event) noexcept {
    return timing_advance_step_m(event.serving.radio) * (*event.timing_advance + 0.5);
}

/// What was learnt may have gaps on the ring of the timing advance: its points have a small share, a great one where the
/// learnt places are all elsewhere. A surveyed site is asked only then: its learnt places tell more.
void mix_in_ring(Snapshot& snapshot, const CellEvent& event, const CellTable& cells, const Breadth& breadth) noexcept {
    if (!event.timing_advance) return;
    const auto fitted = cells.fitted_sites().find(event.serving.radio, event.serving.key());
    const auto surveyed = fitted ? std::nullopt : cells.find(event.serving);
    if (!fitted && !(surveyed && !surveyed->learnt)) return;
    const Ring ring{snapshot.plane.to_offset(fitted ? *fitted : surveyed->site), ring_radius_m(event)};
    const double gap_steps = ring.gap_m(snapshot.candidates) / timing_advance_step_m(event.serving.radio);
    const bool missed = gap_steps > tuning.ring_missed_steps;
    if (!fitted && !missed) return;
    mix_in(snapshot.candidates, ring.points(breadth.ring_points),
           missed ? tuning.missed_ring_share : tuning.ring_share);
    snapshot.has_ring = true;
}

/// Where no learnt place is like the event, but its site was learnt.
std::optional<Snapshot> on_ring_alone(const CellEvent& event, const CellTable& cells, const Breadth& breadth) noexcept {
    if (!event.timing_advance) return std::nullopt;
    const auto site = cells.fitted_sites().find(event.serving.radio, event.serving.key());
    if (!site) return std::nullopt;
    return Snapshot{.plane = LocalPlane(*site),
                    .candidates = Ring{{}, ring_radius_m(event)}.points(breadth.ring_points),
                    .basis = Basis::learnt_site,
                    .support = worst_grade,
                    .has_ring = true};
}

std::uint8_t support_of(const RadioScene& scene, const Matches& matches, bool sparse) noexcept {
    if (scene.has_neighbours) return grade_of(matches.best_distance, distance_limits);
    return sparse ? RadiusContext::sparse : less_is_worse(grade_of(matches.days, days_limits));
}

Snapshot among_learnt_places(const CellEvent& event, const RadioScene& scene, const Matches& matches,
                             const CellTable& cells, const Breadth& breadth) noexcept {
    const auto& map = cells.fingerprints();
    const bool sparse = matches.at_serving_cell && matches.observations < few_observations;
    Snapshot snapshot{.plane = LocalPlane(to_geo(map.fingerprints()[matches.items[0].fingerprint].place)),
                      .candidates = {},
                      .basis = basis_of(scene, matches),
                      .support = support_of(scene, matches, sparse),
                      .at_serving_cell = matches.at_serving_cell,
                      .sparse = sparse};
    snapshot.candidates = candidates_of(matches, map, snapshot.plane);
    if (scene.has_neighbours) mix_in_sites(snapshot, matches.best_distance, event, cells, breadth);
    mix_in_ring(snapshot, event, cells, breadth);
    return snapshot;
}

Snapshot among_sites(const CellEvent& event, const SiteSignals& sites) noexcept {
    return {.plane = sites.plane,
            .candidates = sites.candidates,
            .basis = Basis::site_signals,
            .support = less_is_worse(grade_of(static_cast<double>(event.neighbours.size()), heard_limits))};
}

}  // namespace

std::optional<Snapshot> snapshot_of(const CellEvent& event, const CellTable& cells, const CellHistory& history,
                                    const Breadth& breadth) noexcept {
    if (const auto& map = cells.fingerprints(); !map.empty()) {
        const RadioScene scene = scene_of(event, history);
        const Matches matches = match(scene, map, breadth);
        if (matches.count > 0) return among_learnt_places(event, scene, matches, cells, breadth);
        if (const auto ring = on_ring_alone(event, cells, breadth)) return ring;
    }
    const auto sites = weigh_sites(event, cells, breadth);
    if (!sites) return std::nullopt;
    return among_sites(event, *sites);
}

bool is_repetition(const Snapshot& snapshot, const CellEvent& event, const CellHistory& history,
                   double seconds) noexcept {
    return seconds < tuning.repetition_s && snapshot.basis != Basis::site_signals && history.current().is_on(event);
}

}  // namespace simtrail
