#include "engine/positioning/snapshot.hpp"

#include <algorithm>
#include <array>

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

std::uint8_t less_is_worse(std::uint8_t grade) noexcept {
    return static_cast<std::uint8_t>(RadiusContext::grades - 1 - grade);
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

/// The less the nearest fingerprints are like the event, the more the site table has to say.
void mix_in_sites(Snapshot& snapshot, double distance, const CellEvent& event, const CellTable& cells) noexcept {
    constexpr double even_distance = 12, distance_scale = 3, negligible = 0.1, most = 0.97;
    const double share = std::min(1 / (1 + quick_exp((even_distance - distance) / distance_scale)), most);
    if (share < negligible) return;
    auto sites = weigh_sites(event, cells);
    if (!sites) return;
    normalise(snapshot.candidates, 1 - share);
    normalise(sites->candidates, share);
    const Offset shift = snapshot.plane.to_offset(sites->plane.origin());
    for (Candidate candidate : sites->candidates.view()) {
        candidate.at = candidate.at + shift;
        snapshot.candidates.add(candidate);
    }
}

Snapshot among_learnt_places(const CellEvent& event, const RadioScene& scene, const Matches& matches,
                             const CellTable& cells) noexcept {
    const auto& map = cells.fingerprints();
    Snapshot snapshot{.plane = LocalPlane(to_geo(map.fingerprints()[matches.items[0].fingerprint].place)),
                      .candidates = {},
                      .basis = basis_of(scene, matches),
                      .support = scene.has_neighbours ? grade_of(matches.best_distance, distance_limits)
                                                      : less_is_worse(grade_of(matches.days, days_limits)),
                      .at_serving_cell = matches.at_serving_cell};
    snapshot.candidates = candidates_of(matches, map, snapshot.plane);
    if (scene.has_neighbours) mix_in_sites(snapshot, matches.best_distance, event, cells);
    return snapshot;
}

Snapshot among_sites(const CellEvent& event, const SiteSignals& sites) noexcept {
    return {.plane = sites.plane,
            .candidates = sites.candidates,
            .basis = Basis::site_signals,
            .support = less_is_worse(grade_of(static_cast<double>(event.neighbours.size()), heard_limits))};
}

}  // namespace

std::optional<Snapshot> snapshot_of(const CellEvent& event, const CellTable& cells,
                                    const CellHistory& history) noexcept {
    if (const auto& map = cells.fingerprints(); !map.empty()) {
        const RadioScene scene = scene_of(event, history);
        const Matches matches = match(scene, map);
        if (matches.count > 0) return among_learnt_places(event, scene, matches, cells);
    }
    const auto sites = weigh_sites(event, cells);
    if (!sites) return std::nullopt;
    return among_sites(event, *sites);
}

void discount_repetition(Snapshot& snapshot, const CellEvent& event, const CellHistory& history,
                         double seconds) noexcept {
    if (snapshot.basis == Basis::site_signals || !history.current().is_on(event)) return;
    const double share = std::clamp(seconds / tuning.repetition_s, 0.1, 1.0);
    for (Candidate& candidate : snapshot.candidates.view()) candidate.log_weight *= share;
}

}  // namespace simtrail
