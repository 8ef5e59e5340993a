#include "bench/simulate/radio_network.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ranges>

#include "engine/maths/trigonometry.hpp"

namespace simtrail::simulate {

namespace {

constexpr double west_m = -8000, south_m = -8000, square_m = 250;  // the map that is indexed
constexpr int columns = 160, rows = 64;
constexpr double shadow_lattice_m = 60, shadow_db = 6;
constexpr double omni_share = 0.1;
constexpr int highway_sites = 10;  // one every 2.4 km

/// What a carrier of each radio looks like: frequency, radiated power, and the share of it that a phone's measurement covers.
struct Carrier {
    double mhz, eirp_dbm, measured_share_db;
};
constexpr std::array<Carrier, radio_count> carriers{
    {{900, 56, 0}, {2100, 58, -10}, {1800, 60, -27.8}, {3500, 66, -35.1}}};

double log10_of(double x) noexcept { return maths::logarithm(x) / 2.30258509299404568402; }

/// COST-231 Hata for medium cities (Hata's own below 1500 MHz), a phone at 1.5 m.
Reach reach_of(const Carrier& carrier, double height_m) noexcept {
    const double lf = log10_of(carrier.mhz), lh = log10_of(height_m);
    const double phone = (1.1 * lf - 0.7) * 1.5 - (1.56 * lf - 0.8);
    const double by_frequency = carrier.mhz < 1500 ? 69.55 + 26.16 * lf : 46.3 + 33.9 * lf;
    const double loss_at_1_km = by_frequency - 13.82 * lh - phone;
    return {carrier.eirp_dbm + carrier.measured_share_db - loss_at_1_km, 44.9 - 6.55 * lh};
}

constexpr std::uint64_t cell_id(Radio radio, std::uint32_t site, unsigned sector) noexcept {
    switch (radio) {
        case Radio::gsm: return site * 10 + sector + 1;
        case Radio::umts: return std::uint64_t{7} << 16 | (site * 10 + sector + 1);
        case Radio::lte: return std::uint64_t{site + 1000} << 8 | (sector + 1);
        case Radio::nr: return std::uint64_t{site + 5000} << 14 | (sector + 1);
    }
    return 0;
}
constexpr std::array<std::uint16_t, radio_count> pcis{64, 512, 504, 1008};

/// Districts of 4 km; 2G and 3G areas are numbered apart from tracking areas.
std::uint32_t area_of(Radio radio, Offset place) noexcept {
    const auto column = static_cast<std::uint32_t>((place.east_m + 12000) / 4000);
    const auto row = static_cast<std::uint32_t>((place.north_m + 12000) / 4000);
    return (radio == Radio::gsm || radio == Radio::umts ? 100U : 2000U) + row * 20 + column;
}

Offset square_centre(int column, int row) noexcept {
    return {west_m + (column + 0.5) * square_m, south_m + (row + 0.5) * square_m};
}

}  // namespace

double eirp_dbm(Radio radio) noexcept { return carriers[static_cast<std::size_t>(radio)].eirp_dbm; }

RadioNetwork::RadioNetwork(std::uint64_t seed, double unlisted_share) : seed_(mixed(seed ^ 0x726164696FULL)) {
    Random random{seed_};
    add_sites(random, unlisted_share);
    index_sites();
}

void RadioNetwork::add_sites(Random& random, double unlisted_share) {
    const auto add_lattice = [&](double spacing, double inner, double outer) {
        const int last = static_cast<int>(2 * outer / spacing);
        for (int row = 0; row <= last; ++row) {
            for (int column = 0; column <= last; ++column) {
                const double north = row * spacing - outer, east = column * spacing - outer;
                if (std::max(std::abs(east), std::abs(north)) < inner) continue;
                const double stray = spacing / 4;
                add_site({east + random.between(-stray, stray), north + random.between(-stray, stray)}, random,
                         unlisted_share);
            }
        }
    };
    add_lattice(600, 0, 2700);
    add_lattice(1200, 3000, 6600);
    for (int site = 0; site < highway_sites; ++site)
        add_site({8200.0 + 2400.0 * site, random.between(-700, 700)}, random, unlisted_share);
}

void RadioNetwork::add_site(Offset place, Random& random, double unlisted_share) {
    const auto number = static_cast<std::uint32_t>(sites_.size());
    Site site{place, std::floor(random.between(20, 46)), !random.chance(unlisted_share), {}};
    const bool omni = random.chance(omni_share);
    const auto north = static_cast<unsigned>(random.below(120));
    site.sectors = omni ? 1 : 3;
    for (std::size_t r = 0; r < radio_count; ++r) {
        const auto radio = static_cast<Radio>(r);
        site.reach[r] = reach_of(carriers[r], site.height_m);
        site.first_sector[r] = static_cast<std::uint32_t>(sectors_.size());
        for (unsigned s = 0; s < site.sectors; ++s)
            sectors_.push_back({radio, number, area_of(radio, place), cell_id(radio, number, s),
                                static_cast<std::uint16_t>((number * 3 + s) % pcis[r]),
                                static_cast<std::uint16_t>((north + 120 * s) % 360), omni});
    }
    sites_.push_back(site);
}

void RadioNetwork::index_sites() {
    const auto all = std::views::iota(0U, static_cast<std::uint32_t>(sites_.size()));
    std::vector<std::uint32_t> order(sites_.size());
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const Offset centre = square_centre(column, row);
            const auto nearness = [&](std::uint32_t site) {
                const double east = sites_[site].place.east_m - centre.east_m,
                             north = sites_[site].place.north_m - centre.north_m;
                return east * east + north * north;
            };
            std::ranges::copy(all, order.begin());
            std::ranges::partial_sort(order, order.begin() + candidates, {}, nearness);
            std::ranges::copy_n(order.begin(), candidates, nearest_.emplace_back().begin());
        }
    }
}

/// Normal values on a lattice, blended linearly between its corners: equal at equal places, alike at near ones.
double RadioNetwork::shadowing_db(std::uint32_t site, Offset place) const noexcept {
    const double x = place.east_m / shadow_lattice_m, y = place.north_m / shadow_lattice_m;
    const double column = std::floor(x), row = std::floor(y);
    const double fx = x - column, fy = y - row;
    const auto corner = [&](int dx, int dy) {
        const auto cx = static_cast<std::uint64_t>(static_cast<std::int64_t>(column) + dx) & 0xFFFF;
        const auto cy = static_cast<std::uint64_t>(static_cast<std::int64_t>(row) + dy) & 0xFFFF;
        return normal_of(mixed(seed_ ^ (std::uint64_t{site} << 32 | cx << 16 | cy)));
    };
    const double below = corner(0, 0) * (1 - fx) + corner(1, 0) * fx;
    const double above = corner(0, 1) * (1 - fx) + corner(1, 1) * fx;
    return shadow_db * (below * (1 - fy) + above * fy);
}

void RadioNetwork::listen(Radio radio, Offset place, HeardCells& heard) const noexcept {
    const int column = std::clamp(static_cast<int>((place.east_m - west_m) / square_m), 0, columns - 1);
    const int row = std::clamp(static_cast<int>((place.north_m - south_m) / square_m), 0, rows - 1);
    heard.size = 0;
    for (const auto number : nearest_[static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column)]) {
        const Site& site = sites_[number];
        const double east = place.east_m - site.place.east_m, north = place.north_m - site.place.north_m;
        const double km = std::sqrt(east * east + north * north + site.height_m * site.height_m) / 1000;
        const auto [at_1_km_dbm, slope_db] = site.reach[static_cast<std::size_t>(radio)];
        const double peak = at_1_km_dbm - slope_db * log10_of(km) + shadowing_db(number, place);
        const double bearing = maths::degrees(maths::arctangent(east, north));
        const auto first = site.first_sector[static_cast<std::size_t>(radio)];
        for (std::uint32_t s = first; s < first + site.sectors; ++s) {
            double off = std::abs(bearing - sectors_[s].azimuth_deg);
            if (off > 180) off = std::abs(360 - off);
            const double pattern = sectors_[s].omni ? 8 : std::min(12 * (off / 70) * (off / 70), 25.0);
            heard.items[heard.size++] = {s, peak - pattern};
        }
    }
}

double RadioNetwork::distance_m(std::uint32_t sector, Offset place) const noexcept {
    const Offset at = sites_[sectors_[sector].site].place;
    const double east = place.east_m - at.east_m, north = place.north_m - at.north_m;
    return std::sqrt(east * east + north * north);
}

}  // namespace simtrail::simulate
