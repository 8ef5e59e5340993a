#include "engine/positioning/site_signals.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/closed_form.hpp"
#include "engine/positioning/radio_scene.hpp"

namespace simtrail {

namespace {

constexpr double signal_at_reference_dbm = -80;  // at 100 m in front of a usual macro antenna
constexpr double shadowing_db2 = 64;             // variance of one signal
constexpr double common_db2 = 36;                // and of what all of an event share: the phone, a wall
constexpr double signal_share = 0.8;
constexpr double rank_share = 0.6;
constexpr double weaker_counts_less = 0.05;  // a decibel below the serving cell
constexpr double prior_spread_m = 300;       // about the mean of the heard sites
/// The signals of one event are shadowed alike, and the path loss is only a usual one: together they say less than their sum.
constexpr double say = 0.4;
constexpr double farthest_heard_m = 35'000;

constexpr int coarse_side = 10, fine_parts = 2, refined = 10;
constexpr double coarse_step_m = 180;

struct HeardSite {
    Antenna antenna;
    double signal_dbm;
    double rank_weight;
};

class HeardSites {
   public:
    static constexpr std::size_t capacity = Neighbours::capacity + 1;

    HeardSites(const CellEvent& event, const CellTable& cells, const LocalPlane& plane) noexcept
        : event_(event), cells_(cells), plane_(plane) {
        const double serving_dbm = event.signal_dbm.value_or(-95);
        add(event.serving, serving_dbm, 1);
        has_serving_ = size_ == 1;
        for (const Neighbour& neighbour : event.neighbours)
            if (const auto identity = identity_of(neighbour, event.serving))
                add(*identity, neighbour.signal_dbm,
                    quick_exp(std::min(weaker_counts_less * (neighbour.signal_dbm - serving_dbm), 1.0)));
    }

    std::size_t size() const noexcept { return size_; }

    /// Of the place, up to a constant.
    double log_likelihood(Offset place) const noexcept {
        double sum = 0, squares = 0, ranks = 0, weights = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            const HeardSite& site = *items_[i];
            const double level = site.antenna.level(place);
            const double residual = site.signal_dbm - level - signal_at_reference_dbm;
            sum += residual;
            squares += residual * residual;
            ranks += site.rank_weight * RivalField::rank_slope * level;
            weights += site.rank_weight;
        }
        const auto n = static_cast<double>(size_);
        double result = -signal_share * (squares - sum * sum / (shadowing_db2 / common_db2 + n)) / (2 * shadowing_db2);
        result += rank_share * (ranks - weights * cells_.rivals().at(event_.serving.radio, event_.serving.plmn,
                                                                     plane_.to_geo(place)));
        return say * (result - squared(place) / (2 * prior_spread_m * prior_spread_m)) + ring(place);
    }

   private:
    void add(const CellIdentity& identity, double signal_dbm, double rank_weight) noexcept {
        const auto record = cells_.find(identity);
        if (!record || record->learnt) return;
        const Offset at = plane_.to_offset(record->site);
        if (squared(at) > farthest_heard_m * farthest_heard_m) return;
        items_[size_++].emplace(HeardSite{Antenna(at, *record), signal_dbm, rank_weight});
    }

    /// How well the timing advance agrees.
    double ring(Offset place) const noexcept {
        constexpr double least_spread_m = 60;
        if (!event_.timing_advance || !has_serving_) return 0;
        const double step = timing_advance_step_m(event_.serving.radio);
        const double off = length_m(place - items_[0]->antenna.at) - (*event_.timing_advance + 0.5) * step;
        const double z = off / std::max(step, least_spread_m);
        return -z * z / 2;
    }

    const CellEvent& event_;
    const CellTable& cells_;
    const LocalPlane& plane_;
    std::array<std::optional<HeardSite>, capacity> items_;
    std::size_t size_ = 0;
    bool has_serving_ = false;
};

/// Adds the middles of `side` by `side` squares around `middle`, each with the share of its area.
void add_squares(Candidates& candidates, const HeardSites& sites, Offset middle, int side, double step_m) noexcept {
    const double area = 2 * maths::logarithm(step_m / coarse_step_m);
    for (int row = 0; row < side; ++row)
        for (int column = 0; column < side; ++column) {
            const Offset at = middle + Offset{(column - (side - 1) / 2.0) * step_m, (row - (side - 1) / 2.0) * step_m};
            candidates.add({.at = at, .velocity = {}, .log_weight = sites.log_likelihood(at) + area});
        }
}

/// The best squares of a coarse grid are looked at more closely.
Candidates coarse_to_fine(const HeardSites& sites) noexcept {
    Candidates coarse, all;
    add_squares(coarse, sites, {}, coarse_side, coarse_step_m);
    auto squares = coarse.view();
    std::ranges::sort(squares, [](const Candidate& a, const Candidate& b) {
        if (a.log_weight != b.log_weight) return a.log_weight > b.log_weight;
        return a.at.east_m != b.at.east_m ? a.at.east_m < b.at.east_m : a.at.north_m < b.at.north_m;
    });
    for (int i = 0; i < refined; ++i)
        add_squares(all, sites, squares[static_cast<std::size_t>(i)].at, fine_parts, coarse_step_m / fine_parts);
    for (const Candidate& square : squares.subspan(refined)) all.add(square);
    return all;
}

}  // namespace

std::optional<SiteSignals> weigh_sites(const CellEvent& event, const CellTable& cells) noexcept {
    if (event.neighbours.empty() || cells.rivals().empty()) return std::nullopt;
    const auto serving = cells.find(event.serving);
    std::optional<ClosedForm> start;
    if (serving && !serving->learnt)
        start = at_known_cell(event, *serving, cells);
    else
        start = without_serving_cell(event, cells);
    if (!start) return std::nullopt;
    SiteSignals result{LocalPlane(start->place), {}};
    const HeardSites sites(event, cells, result.plane);
    if (sites.size() < 2) return std::nullopt;
    result.candidates = coarse_to_fine(sites);
    return result;
}

}  // namespace simtrail
