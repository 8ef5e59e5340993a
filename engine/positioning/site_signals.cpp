#include "engine/positioning/site_signals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/closed_form.hpp"
#include "engine/positioning/radio_scene.hpp"

namespace simtrail {

namespace {

constexpr float signal_at_reference_dbm = -80;  // at 100 m in front of a usual macro antenna
constexpr float shadowing_db2 = 80;             // variance of one signal
constexpr float common_db2 = 45;                // and of what all of an event share: the phone, a wall
constexpr double weaker_counts_less = 0.05;     // a decibel below the serving cell
constexpr float prior_spread_m = 300;           // about the mean of the heard sites, in a town
/// Sites that lie farther than this from the middle of all that were heard (root mean square) are a country's, not a town's:
/// squares and prior widen in proportion.
constexpr double town_m = 1000;
/// The signals of one event are shadowed alike, and the path loss is only a usual one: together they say less than their sum.
constexpr float say = 0.24F;
constexpr float rank_counts = 1.6F;  // beside the misfit of the signals
constexpr double farthest_heard_m = 35'000;

/// Two rounds: squares around the start, then the likeliest of them quartered.
constexpr std::size_t fine_parts = 2;

/// Middles of squares and how likely each is, side by side for the loops over them.
struct Squares {
    static constexpr std::size_t capacity = 128;
    std::array<float, capacity> east_m, north_m, log_likelihood;
    std::size_t count = 0;

    void add_grid(Offset middle, std::size_t side, float step_m) noexcept {
        for (std::size_t row = 0; row < side; ++row)
            for (std::size_t column = 0; column < side; ++column, ++count) {
                const auto place = [&](std::size_t i) {
                    return (static_cast<float>(i) - static_cast<float>(side - 1) / 2) * step_m;
                };
                east_m[count] = static_cast<float>(middle.east_m) + place(column);
                north_m[count] = static_cast<float>(middle.north_m) + place(row);
            }
    }
    Offset middle(std::size_t i) const noexcept { return {east_m[i], north_m[i]}; }
};

struct HeardSite {
    Antenna antenna;
    float signal_dbm;
    float rank_weight;
};

class HeardSites {
   public:
    static constexpr std::size_t capacity = Neighbours::capacity + 1;

    HeardSites(const CellEvent& event, const CellTable& cells, const RivalField::Network& network,
               const LocalPlane& plane) noexcept
        : event_(event),
          cells_(cells),
          plan_(network.plan),
          carrier_(network.plan.carrier(event.serving.cell)),
          rivals_(network, carrier_),
          plane_(plane) {
        const double serving_dbm = event.signal_dbm.value_or(-95);
        add(event.serving, serving_dbm, 1);
        // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer): only now it is known
        has_serving_ = size_ == 1;
        for (const Neighbour& neighbour : event.neighbours)
            if (const auto identity = identity_of(neighbour, event.serving))
                add(*identity, neighbour.signal_dbm,
                    quick_exp(std::min(weaker_counts_less * (neighbour.signal_dbm - serving_dbm), 1.0)));
    }

    std::size_t size() const noexcept { return size_; }

    /// How much wider the network is than a town's; 1 at least.
    float width() const noexcept {
        double squares = 0;
        for (std::size_t s = 0; s < size_; ++s) squares += squared(items_[s]->antenna.at);
        return static_cast<float>(std::max(std::sqrt(squares / static_cast<double>(size_)) / town_m, 1.0));
    }

    /// Of each square, up to a constant of the event.
    void weigh(Squares& squares, float width) noexcept {
        constexpr std::size_t most = Squares::capacity;
        std::array<float, most> level, sum{}, square_sum{}, rank{}, strongest;
        const std::size_t count = squares.count;
        std::fill_n(strongest.begin(), count, -1e9F);
        float rank_weights = 0;
        for (std::size_t s = 0; s < size_; ++s) {
            const HeardSite& site = *items_[s];
            site.antenna.levels({squares.east_m.data(), count}, {squares.north_m.data(), count}, {level.data(), count});
            const float reference = site.signal_dbm - signal_at_reference_dbm;
            const float slope = site.rank_weight * RivalField::rank_slope;
            for (std::size_t i = 0; i < count; ++i) {
                const float residual = reference - level[i];
                sum[i] += residual;
                square_sum[i] += residual * residual;
                rank[i] += slope * level[i];
            }
            if (site.rank_weight > 0)
                for (std::size_t i = 0; i < count; ++i) strongest[i] = std::max(strongest[i], level[i]);
            rank_weights += site.rank_weight;
        }
        const float prior_m = width * prior_spread_m;
        const float shared = 1 / (shadowing_db2 / common_db2 + static_cast<float>(size_));
        for (std::size_t i = 0; i < count; ++i) {
            const Offset place = squares.middle(i);
            const float misfit = (square_sum[i] - sum[i] * sum[i] * shared) / (2 * shadowing_db2);
            float rivals = rivals_.at(plane_.to_geo(place));
            // The field ends some way from its sites; those that were heard are there all the same.
            if (rivals <= RivalField::lowest) rivals = std::max(rivals, RivalField::rank_slope * strongest[i]);
            const float surprise = rank[i] - rank_weights * rivals;
            const auto prior = static_cast<float>(squared(place)) / (2 * prior_m * prior_m);
            squares.log_likelihood[i] = say * (rank_counts * surprise - misfit - prior) + ring(place);
        }
    }

   private:
    void add(const CellIdentity& identity, double signal_dbm, double rank_weight) noexcept {
        const auto record = cells_.find(identity);
        if (!record || record->learnt) return;
        const Offset at = plane_.to_offset(record->site);
        if (squared(at) > farthest_heard_m * farthest_heard_m) return;
        const bool rival = plan_.carrier(identity.cell) == carrier_;
        items_[size_++].emplace(HeardSite{Antenna(at, *record), static_cast<float>(signal_dbm),
                                          rival ? static_cast<float>(rank_weight) : 0});
    }

    /// How well the timing advance agrees.
    float ring(Offset place) const noexcept {
        constexpr double least_spread_m = 60;
        if (!event_.timing_advance || !has_serving_) return 0;
        const double step = timing_advance_step_m(event_.serving.radio);
        const double off = length_m(place - items_[0]->antenna.at) - (*event_.timing_advance + 0.5) * step;
        const double z = off / std::max(step, least_spread_m);
        return static_cast<float>(-z * z / 2);
    }

    const CellEvent& event_;
    const CellTable& cells_;
    CarrierPlan plan_;
    std::uint8_t carrier_;
    RivalReader rivals_;
    const LocalPlane& plane_;
    std::array<std::optional<HeardSite>, capacity> items_;
    std::size_t size_ = 0;
    bool has_serving_ = false;
};

constexpr bool fits(const Breadth& breadth) noexcept {
    const std::size_t squares = breadth.coarse_side * breadth.coarse_side;
    const std::size_t fine = breadth.refined * fine_parts * fine_parts;
    return squares <= Squares::capacity && fine <= Squares::capacity &&
           breadth.refined + breadth.unrefined <= squares && fine + breadth.unrefined <= Candidates::capacity;
}
static_assert(fits(Breadth{}) && fits(few_candidates));

/// The likeliest squares of a coarse grid are looked at more closely.
Candidates coarse_to_fine(HeardSites& sites, const Breadth& breadth) noexcept {
    Squares coarse, fine;
    const float width = sites.width(), step_m = width * breadth.coarse_step_m;
    coarse.add_grid({}, breadth.coarse_side, step_m);
    sites.weigh(coarse, width);
    std::array<std::uint8_t, Squares::capacity> all_squares;
    const auto order = std::span(all_squares).first(coarse.count);
    // NOLINTNEXTLINE(modernize-use-ranges): g++ 12 has no std::ranges::iota
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    const auto likelier = [&](std::uint8_t a, std::uint8_t b) {
        return coarse.log_likelihood[a] != coarse.log_likelihood[b]
                   ? coarse.log_likelihood[a] > coarse.log_likelihood[b]
                   : a < b;
    };
    const auto refined = static_cast<std::ptrdiff_t>(breadth.refined);
    std::nth_element(order.begin(), order.begin() + refined, order.end(), likelier);
    std::sort(order.begin(), order.begin() + refined, likelier);
    for (const std::uint8_t i : order.first(breadth.refined))
        fine.add_grid(coarse.middle(i), fine_parts, step_m / fine_parts);
    sites.weigh(fine, width);
    Candidates all;
    all.set_gapless();
    const double area = 2 * maths::logarithm(1.0 / fine_parts);  // of the finer squares
    for (std::size_t i = 0; i < fine.count; ++i)
        all.add({.at = fine.middle(i), .velocity = {}, .log_weight = fine.log_likelihood[i] + area});
    for (const std::uint8_t i : order.subspan(breadth.refined).first(breadth.unrefined))
        all.add({.at = coarse.middle(i), .velocity = {}, .log_weight = coarse.log_likelihood[i]});
    return all;
}

}  // namespace

std::optional<SiteSignals> weigh_sites(const CellEvent& event, const CellTable& cells,
                                       const Breadth& breadth) noexcept {
    if (event.neighbours.empty()) return std::nullopt;
    const auto* network = cells.rivals().find(event.serving.radio, event.serving.plmn);
    if (network == nullptr) return std::nullopt;
    const auto serving = cells.find(event.serving);
    std::optional<ClosedForm> start;
    if (serving && !serving->learnt)
        start = at_known_cell(event, *serving, cells);
    else
        start = without_serving_cell(event, cells);
    if (!start) return std::nullopt;
    SiteSignals result{LocalPlane(start->place), {}};
    HeardSites sites(event, cells, *network, result.plane);
    if (sites.size() < 2) return std::nullopt;
    result.candidates = coarse_to_fine(sites, breadth);
    return result;
}

}  // namespace simtrail
