#include "engine/positioning/site_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "engine/events/cell_event.hpp"
#include "engine/maths/local_plane.hpp"

namespace simtrail {

namespace {

/// Of more places, every so many counts.
constexpr std::size_t most_places = 256;
constexpr std::size_t least_places = 12;

/// A residual beyond it is a reflection or an observation astray: it pulls no harder.
constexpr double huber_steps = 0.75;
/// The rings of half the places pass so near the site: a step is their own width.
constexpr double most_residual_steps = 0.75;
/// Least mean square of the sine between the directions to the places and their main one: a sector of 35 degrees.
constexpr double least_directions = 0.03;
/// Another minimum so far off, with a cost of less than so much of the best one's, makes a fit ambiguous.
constexpr double apart_steps = 2, ambiguous_cost = 1.5;

constexpr int directions_tried = 8, most_rounds = 40;
constexpr double converged_m = 0.5;

double huber(double residual_m, double limit_m) noexcept {
    const double size = std::fabs(residual_m);
    return size <= limit_m ? residual_m * residual_m / 2 : limit_m * (size - limit_m / 2);
}

/// The sums of Gauss and Newton's equations at a site: a symmetric matrix of two by two, and the gradient.
struct NormalSums {
    double ee = 0, en = 0, nn = 0;
    Offset gradient;
};

class RingFit {
   public:
    RingFit(std::span<const RangedPlace> places, double step_m) noexcept
        : places_(places), limit_m_(huber_steps * step_m) {}

    double cost(Offset site) const noexcept {
        double sum = 0;
        for (const auto& place : places_) sum += huber(residual_m(place, site), limit_m_);
        return sum;
    }

    /// The minimum that a start leads to.
    Offset descend(Offset site) const noexcept {
        double least = cost(site), damping = 0.1;
        for (int round = 0; round < most_rounds && damping < 1e6; ++round) {
            const Offset step = damped_step(sums(site), damping);
            const double reached = cost(site + step);
            if (!(reached < least)) {
                damping *= 8;
                continue;
            }
            site = site + step, least = reached, damping /= 4;
            if (length_m(step) < converged_m) break;
        }
        return site;
    }

    double median_residual_m(Offset site) const {
        std::vector<double> sizes;
        for (const auto& place : places_) sizes.push_back(std::fabs(residual_m(place, site)));
        const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
        std::ranges::nth_element(sizes, middle);
        return *middle;
    }

    /// How far the directions of the places part, seen from the site: 0 on one line, 1/2 all round.
    double directions(Offset site) const noexcept {
        const NormalSums s = sums(site);
        const double trace = s.ee + s.nn, determinant = s.ee * s.nn - s.en * s.en;
        const double root = std::sqrt(std::max(trace * trace / 4 - determinant, 0.0));
        return trace > 0 ? (trace / 2 - root) / trace : 0;
    }

   private:
    static double residual_m(const RangedPlace& place, Offset site) noexcept {
        return length_m(site - place.at) - place.distance_m;
    }

    NormalSums sums(Offset site) const noexcept {
        NormalSums s;
        for (const auto& place : places_) {
            const Offset way = site - place.at;
            const double length = std::max(length_m(way), 1.0);
            const double residual = length - place.distance_m;
            const double weight = std::min(1.0, limit_m_ / std::max(std::fabs(residual), 1e-9));
            const Offset unit = (1 / length) * way;
            s.ee += weight * unit.east_m * unit.east_m;
            s.en += weight * unit.east_m * unit.north_m;
            s.nn += weight * unit.north_m * unit.north_m;
            s.gradient = s.gradient + weight * residual * unit;
        }
        return s;
    }

    static Offset damped_step(const NormalSums& s, double damping) noexcept {
        const double extra = damping * (s.ee + s.nn) + 1e-9;
        const double ee = s.ee + extra, nn = s.nn + extra, determinant = ee * nn - s.en * s.en;
        return {-(nn * s.gradient.east_m - s.en * s.gradient.north_m) / determinant,
                -(ee * s.gradient.north_m - s.en * s.gradient.east_m) / determinant};
    }

    std::span<const RangedPlace> places_;
    double limit_m_;
};

/// The middle of the places, and all round it as far as most are from the site.
std::array<Offset, directions_tried + 1> starts_of(std::span<const RangedPlace> places) {
    Offset middle;
    double distance_m = 0;
    const double share = 1 / static_cast<double>(places.size());
    for (const auto& place : places) middle = middle + share * place.at, distance_m += share * place.distance_m;
    std::array<Offset, directions_tried + 1> starts;
    starts.front() = middle;
    for (std::size_t i = 1; i < starts.size(); ++i)
        starts[i] = middle + towards(360.0 / directions_tried * static_cast<double>(i), distance_m);
    return starts;
}

using Cells = std::vector<const PackedCellPlaces*>;

/// The learnt places of some cells of a site that have timing advance; of too many, evenly chosen ones.
struct Ranged {
    LocalPlane plane;
    double step_m = 0;
    std::size_t all = 0;  // chosen or not
    std::vector<RangedPlace> places;
};

std::optional<Ranged> ranged_places(const Cells& cells, std::span<const PackedFingerprint> places) {
    std::vector<const PackedFingerprint*> all;
    for (const auto* cell : cells)
        for (const auto& place : places.subspan(cell->own_first, cell->own_count))
            if (place.ta_8ths != PackedFingerprint::no_ta) all.push_back(&place);
    if (all.size() < least_places) return std::nullopt;
    Ranged ranged{.plane = LocalPlane(to_geo(all.front()->place)),
                  .step_m = timing_advance_step_m(static_cast<Radio>(cells.front()->radio)),
                  .all = all.size(),
                  .places = {}};
    const std::size_t count = std::min(all.size(), most_places);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& place = *all[i * all.size() / count];
        const double distance_m = ranged.step_m * (place.ta_8ths / 8.0 + 0.5);
        ranged.places.push_back({ranged.plane.to_offset(to_geo(place.place)), distance_m});
    }
    return ranged;
}

/// Where the antennas of all these cells stand, if they stand together. Keys are the caller's.
std::optional<PackedSite> fit_cells(const Cells& cells, std::span<const PackedFingerprint> places) {
    const auto ranged = ranged_places(cells, places);
    if (!ranged) return std::nullopt;
    const auto fit = fit_site(ranged->places, ranged->step_m);
    if (!fit || !in_range(ranged->plane.to_geo(fit->site))) return std::nullopt;
    return PackedSite{.place = to_fixed(ranged->plane.to_geo(fit->site)),
                      .radio = static_cast<std::uint16_t>(cells.front()->radio),
                      .residual_m = static_cast<std::uint16_t>(std::lround(fit->residual_m)),
                      .places = static_cast<std::uint16_t>(std::min<std::size_t>(ranged->all, 65'535))};
}

/// False where the rings of these cells pass by the site: their antenna stands elsewhere. Too few say neither.
bool stand_there(const Cells& cells, std::span<const PackedFingerprint> places, const PackedSite& site) {
    const auto ranged = ranged_places(cells, places);
    if (!ranged) return true;
    const RingFit fit(ranged->places, ranged->step_m);
    const Offset at = ranged->plane.to_offset(to_geo(site.place));
    return fit.median_residual_m(at) <= most_residual_steps * ranged->step_m;
}

/// The cells of a site with one PCI, on several carriers, share an antenna.
std::map<std::uint32_t, Cells> by_antenna(std::span<const PackedCellPlaces> cells) {
    std::map<std::uint32_t, Cells> antennas;
    for (const auto& cell : cells) {
        const auto own_number = 0x10000 + static_cast<std::uint32_t>(cell.key & 0xFF);
        antennas[cell.pci == PackedFingerprint::no_pci ? own_number : cell.pci].push_back(&cell);
    }
    return antennas;
}

/// All cells of a site together; where its antennas stand apart (repeaters, remote radio heads), each antenna by itself.
std::vector<PackedSite> fit_site_of(std::span<const PackedCellPlaces> cells,
                                    std::span<const PackedFingerprint> places) {
    Cells all;
    for (const auto& cell : cells) all.push_back(&cell);
    const auto antennas = by_antenna(cells);
    const auto keys = site_keys(static_cast<Radio>(cells.front().radio), cells.front().key);
    auto together = fit_cells(all, places);
    if (together && std::ranges::all_of(antennas, [&](const auto& antenna) {
            return stand_there(antenna.second, places, *together);
        })) {
        together->key = keys.first, together->keys = static_cast<std::uint16_t>(keys.second - keys.first + 1);
        return {*together};
    }
    std::vector<PackedSite> sites;
    for (const auto& [pci, sharing] : antennas) {
        auto site = fit_cells(sharing, places);
        for (const auto* cell : sharing)
            if (site) site->key = cell->key, site->keys = 1, sites.push_back(*site);
    }
    std::ranges::sort(sites, {}, &PackedSite::key);
    return sites;
}

}  // namespace

std::optional<SiteFit> fit_site(std::span<const RangedPlace> places, double step_m) {
    if (places.size() < least_places) return std::nullopt;
    const RingFit fit(places, step_m);
    std::vector<Offset> minima;
    for (const Offset start : starts_of(places)) minima.push_back(fit.descend(start));
    const Offset best = *std::ranges::min_element(minima, {}, [&](Offset site) { return fit.cost(site); });
    for (const Offset other : minima)
        if (length_m(other - best) > apart_steps * step_m && fit.cost(other) < ambiguous_cost * fit.cost(best))
            return std::nullopt;
    const double residual_m = fit.median_residual_m(best);
    if (residual_m > most_residual_steps * step_m || fit.directions(best) < least_directions) return std::nullopt;
    return SiteFit{best, residual_m};
}

std::vector<PackedSite> fit_sites(std::span<const PackedCellPlaces> cells, std::span<const PackedFingerprint> places,
                                  const IsKnownSite& is_known) {
    std::vector<PackedSite> sites;
    for (std::size_t first = 0, end = 0; first < cells.size(); first = end) {
        const auto radio = static_cast<Radio>(cells[first].radio);
        const auto keys = site_keys(radio, cells[first].key);
        for (end = first;
             end < cells.size() && cells[end].radio == cells[first].radio && cells[end].key <= keys.second;)
            ++end;
        if (is_known(radio, keys.first)) continue;
        const auto fitted = fit_site_of(cells.subspan(first, end - first), places);
        sites.insert(sites.end(), fitted.begin(), fitted.end());
    }
    return sites;
}

}  // namespace simtrail
