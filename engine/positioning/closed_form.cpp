#include "engine/positioning/closed_form.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/maths/geodesy.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

/// A phone in a sector is found this far along the azimuth on average (positioning.md).
constexpr double sector_centre_m = 150;
/// Beyond this a neighbour of the table cannot be the one that was heard (extended GSM cells reach 35 km).
constexpr double max_neighbour_distance_m = 35'000;
constexpr double assumed_signal_dbm = -95;

/// The known cells of one report, as places relative to an origin, with their share in the mean.
struct HeardCells {
    struct Heard {
        Offset centre_of_use;
        double weight = 0;
    };
    std::array<Heard, Neighbours::capacity + 1> items{};
    std::size_t size = 0;
    bool conflicting = false;  // some known neighbour is impossibly far off

    void add(Offset centre, double weight) noexcept { items[size++] = {centre, weight}; }
    std::span<const Heard> view() const noexcept { return {items.data(), size}; }
};

/// A cell's share grows e-fold every 10 dB.
double weight_of(double signal_dbm) noexcept { return maths::exponential((signal_dbm - assumed_signal_dbm) / 10); }

/// Where phones of a cell are, from its site: along the azimuth; the site itself of an omni or learnt one.
Offset centre_of_use(const CellRecord& cell) noexcept {
    if (!cell.azimuth_deg || cell.learnt) return {};
    const double reach = cell.range_m > 0 ? std::min(sector_centre_m, cell.range_m / 2.0) : sector_centre_m;
    return towards(*cell.azimuth_deg, reach);
}

std::optional<CellRecord> find(const Neighbour& n, const CellIdentity& serving, const CellTable& cells) noexcept {
    if (!n.cell) return std::nullopt;
    return cells.find({serving.radio, serving.plmn, n.area ? n.area : serving.area, *n.cell});
}

HeardCells heard_neighbours(const CellEvent& event, const CellTable& cells, GeoPoint origin) noexcept {
    HeardCells heard;
    for (const Neighbour& n : event.neighbours) {
        const auto record = find(n, event.serving, cells);
        if (!record) continue;
        const Offset centre = offset_between(origin, record->site) + centre_of_use(*record);
        if (length_m(centre) > max_neighbour_distance_m)
            heard.conflicting = true;
        else
            heard.add(centre, weight_of(n.signal_dbm));
    }
    return heard;
}

struct Mean {
    Offset place;
    double spread_m = 0;  // root mean square distance of the cells from it
};

/// Precondition: at least one cell.
Mean weighted_mean(const HeardCells& heard) noexcept {
    double total = 0;
    Offset sum;
    for (const auto& [centre, weight] : heard.view()) {
        total += weight;
        sum = sum + weight * centre;
    }
    Mean mean{.place = (1 / total) * sum};
    double squares = 0;
    for (const auto& [centre, weight] : heard.view()) squares += weight * squared(centre - mean.place);
    mean.spread_m = std::sqrt(squares / total);
    return mean;
}

/// Metres at which a macro cell is heard at `signal`: the path loss of positioning.md, -80 dBm at 100 m, 35 dB a decade.
double distance_of_signal_m(double signal_dbm) noexcept {
    constexpr double ln10 = 2.302585092994046;
    return 100 * maths::exponential(ln10 * (-80 - signal_dbm) / 35);
}

/// On the ring of the timing advance, in the direction in which sector and neighbours point; the radius spans the arc left
/// open: about a third of the circle for a sector, more for neighbours alone, all of it where nothing points anywhere.
ClosedForm on_timing_advance_ring(const CellEvent& event, const CellRecord& site, const Mean& mean) noexcept {
    const double step = timing_advance_step_m(event.serving.radio);
    const double distance = (*event.timing_advance + 0.5) * step;
    const double pointing = length_m(mean.place);
    const bool directed = pointing > 1;
    const double open = !directed ? 1.0 : site.azimuth_deg ? 0.9 : 1.2;
    const Offset place = directed ? (distance / pointing) * mean.place : Offset{};
    return {.place = displaced(site.site, place), .radius_m = open * distance + 2 * step + 100};
}

/// In the open the signal carries four times as far as between houses (128.1 + 37.6·log10(d/km), 3GPP TR 36.942), and a cell
/// that serves one by favour of the shadows is twice as far.
double radius_at_serving_alone(const CellEvent& event, const CellRecord& serving) noexcept {
    if (serving.learnt) return 1.2 * serving.range_m + 100;
    constexpr double farther = 8;
    const double reach = 1.5 * (serving.range_m > 0 ? serving.range_m : usual_range_m(event.serving.radio)) + 200;
    if (!event.signal_dbm) return reach;
    const double radius = 400 + farther * distance_of_signal_m(*event.signal_dbm);
    return serving.range_m > 0 ? std::min(radius, reach) : radius;
}

/// Between several cells the error grows with their spread; dense GSM sites are the worst surveyed.
double radius_between(Radio radio, const Mean& mean) noexcept {
    constexpr std::array<double, 4> least_m{450, 250, 160, 160};
    return least_m[static_cast<std::size_t>(radio)] + mean.spread_m;
}

ClosedForm among_heard(const CellEvent& event, const CellRecord& serving, const HeardCells& heard,
                       const Mean& mean) noexcept {
    return {.place = displaced(serving.site, mean.place),
            .radius_m =
                heard.size > 1 ? radius_between(event.serving.radio, mean) : radius_at_serving_alone(event, serving)};
}

std::optional<ClosedForm> among_neighbours(const CellEvent& event, const CellTable& cells) noexcept {
    for (const Neighbour& n : event.neighbours) {
        const auto origin = find(n, event.serving, cells);
        if (!origin) continue;
        const Mean mean = weighted_mean(heard_neighbours(event, cells, origin->site));
        return ClosedForm{.place = displaced(origin->site, mean.place),
                          .radius_m = usual_range_m(event.serving.radio) / 2 + 2 * mean.spread_m};
    }
    return std::nullopt;
}

std::optional<ClosedForm> at_area(const CellEvent& event, const CellTable& cells) noexcept {
    if (!event.serving.area) return std::nullopt;
    const auto area = cells.find_area(event.serving.radio, event.serving.plmn, *event.serving.area);
    if (!area) return std::nullopt;
    ClosedForm estimate{.place = area->centroid, .radius_m = area->radius_m + usual_range_m(event.serving.radio)};
    estimate.reasons.add(ErrorReason::area_only);
    return estimate;
}

}  // namespace

double usual_range_m(Radio radio) noexcept { return radio == Radio::gsm ? 3000 : 1800; }

ClosedForm at_known_cell(const CellEvent& event, const CellRecord& serving, const CellTable& cells) noexcept {
    HeardCells heard = heard_neighbours(event, cells, serving.site);
    heard.add(centre_of_use(serving), weight_of(event.signal_dbm.value_or(assumed_signal_dbm)));
    const Mean mean = weighted_mean(heard);
    const bool ring = event.timing_advance && !serving.learnt;
    ClosedForm estimate =
        ring ? on_timing_advance_ring(event, serving, mean) : among_heard(event, serving, heard, mean);
    if (heard.conflicting) estimate.reasons.add(ErrorReason::conflicting_cells);
    if (serving.samples > 0 && serving.samples < few_observations) {
        estimate.reasons.add(ErrorReason::sparse_cell);
        estimate.radius_m = std::max(2 * estimate.radius_m, usual_range_m(event.serving.radio));
    }
    return estimate;
}

std::optional<ClosedForm> without_serving_cell(const CellEvent& event, const CellTable& cells) noexcept {
    auto estimate = among_neighbours(event, cells);
    return estimate ? estimate : at_area(event, cells);
}

}  // namespace simtrail
