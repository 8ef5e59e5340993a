#include "engine/positioning/site_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace simtrail {
namespace {

constexpr double step_m = 78.12;
constexpr Offset site{420, -310};

/// The place as a network ranges it: whole steps, and by so much too far.
RangedPlace ranged(Offset at, double late_m = 0) {
    const double advance = std::floor((length_m(at - site) + late_m) / step_m);
    return {at, step_m * (advance + 0.5)};
}

/// On streets of a square of 1.5 km round the origin, every 50 m.
std::vector<RangedPlace> streets() {
    std::vector<RangedPlace> places;
    for (int along = -750; along <= 750; along += 50)
        for (const double street : {-700.0, -100.0, 600.0}) {
            places.push_back(ranged({1.0 * along, street}));
            places.push_back(ranged({street, 1.0 * along}));
        }
    return places;
}

double error_m(const std::optional<SiteFit>& fit) { return fit ? length_m(fit->site - site) : 1e9; }

TEST(SiteFit, FindsTheSiteThatTheRingsMeetAt) {
    const auto fit = fit_site(streets(), step_m);
    EXPECT_LT(error_m(fit), 10);
    EXPECT_LT(fit->residual_m, step_m / 2);
}

TEST(SiteFit, IsNotPulledByReflections) {
    auto places = streets();
    for (std::size_t i = 0; i < places.size(); i += 5) places[i] = ranged(places[i].at, 600);
    EXPECT_LT(error_m(fit_site(places, step_m)), 30);
}

TEST(SiteFit, TakesAStepMoreOrLessForNoise) {
    auto places = streets();
    std::minstd_rand numbers(7);
    for (auto& place : places) {
        const auto number = numbers() % 4;
        place.distance_m += number == 0 ? step_m : number == 1 ? -step_m : 0;
    }
    EXPECT_LT(error_m(fit_site(places, step_m)), 40);
}

TEST(SiteFit, HardlyDependsOnTheOrder) {
    auto places = streets();
    const auto once = fit_site(places, step_m);
    std::ranges::shuffle(places, std::minstd_rand(3));
    const auto again = fit_site(places, step_m);
    ASSERT_TRUE(once && again);
    EXPECT_LT(length_m(once->site - again->site), 1);
}

TEST(SiteFit, RefusesAStraightRoadWithItsMirrorImage) {
    std::vector<RangedPlace> road;
    for (int along = -1500; along <= 1500; along += 30) road.push_back(ranged({1.0 * along, 100}));
    EXPECT_FALSE(fit_site(road, step_m));
    for (int along = -1500; along <= 1500; along += 100) road.push_back(ranged({-300, 1.0 * along}));
    EXPECT_LT(error_m(fit_site(road, step_m)), 20) << "a side road tells";
}

TEST(SiteFit, RefusesPlacesInANarrowSector) {
    std::vector<RangedPlace> road;
    for (int far = 300; far <= 2000; far += 20) road.push_back(ranged(site + Offset{1.0 * far, far / 10.0}));
    EXPECT_FALSE(fit_site(road, step_m));
}

TEST(SiteFit, RefusesRingsThatDoNotMeet) {
    auto places = streets();
    std::minstd_rand numbers(7);
    for (auto& place : places) place.distance_m = step_m * (static_cast<double>(numbers() % 20) + 0.5);
    EXPECT_FALSE(fit_site(places, step_m));
}

TEST(SiteFit, RefusesAHandfulOfPlaces) {
    auto places = streets();
    places.resize(11);
    EXPECT_FALSE(fit_site(places, step_m));
    EXPECT_FALSE(fit_site({}, step_m));
    EXPECT_FALSE(fit_site(std::vector<RangedPlace>(50, ranged({0, 0})), step_m)) << "one place, fifty times";
}

/// Learnt cells with places on streets, each ranged from its antenna.
class SitesOfModel : public ::testing::Test {
   protected:
    static constexpr GeoPoint origin{-75.7, 45.4};

    void add_cell(Radio radio, std::uint64_t key, std::uint16_t pci, Offset antenna) {
        cells_.push_back({.key = key,
                          .radio = static_cast<std::uint32_t>(radio),
                          .own_first = static_cast<std::uint32_t>(places_.size()),
                          .own_count = 0,
                          .pci = pci});
        const double step = radio == Radio::gsm ? 553.5 : step_m, scale = step / step_m;
        for (const auto& place : streets()) {
            const Offset at = scale * place.at;
            const auto advance = static_cast<std::uint16_t>(8 * std::floor(length_m(at - antenna) / step));
            places_.push_back({.place = to_fixed(displaced(origin, at)), .ta_8ths = advance});
            ++cells_.back().own_count;
        }
    }
    static double distance_to(const PackedSite& fitted, Offset antenna) {
        return distance_m(to_geo(fitted.place), displaced(origin, antenna));
    }
    static bool nothing_known(Radio, std::uint64_t) { return false; }

    std::vector<PackedCellPlaces> cells_;
    std::vector<PackedFingerprint> places_;
};

TEST_F(SitesOfModel, CellsOfOneLteSiteAreFittedTogether) {
    add_cell(Radio::lte, 0x501, 9, {200, 0});
    add_cell(Radio::lte, 0x502, 10, {200, 0});
    const auto sites = fit_sites(cells_, places_, nothing_known);
    ASSERT_EQ(sites.size(), 1U);
    EXPECT_EQ(sites[0].key, 0x500U);
    EXPECT_EQ(sites[0].keys, 256);
    EXPECT_EQ(sites[0].places, 2 * streets().size());
    EXPECT_LT(distance_to(sites[0], {200, 0}), 15);
}

TEST_F(SitesOfModel, AntennasThatStandApartAreFittedByThemselves) {
    add_cell(Radio::lte, 0x501, 9, {700, 0});
    add_cell(Radio::lte, 0x502, 10, {-700, 200});
    add_cell(Radio::lte, 0x503, 9, {700, 0});
    const auto sites = fit_sites(cells_, places_, nothing_known);
    ASSERT_EQ(sites.size(), 3U);
    EXPECT_LT(distance_to(sites[0], {700, 0}), 15);
    EXPECT_LT(distance_to(sites[1], {-700, 200}), 15);
    EXPECT_EQ(sites[2].place, sites[0].place) << "one PCI, one antenna";
    EXPECT_EQ(sites[2].keys, 1);
}

TEST_F(SitesOfModel, GsmCellsAreSitesOfTheirOwn) {
    add_cell(Radio::gsm, 0x501, PackedFingerprint::no_pci, {2000, 0});
    add_cell(Radio::gsm, 0x502, PackedFingerprint::no_pci, {-1000, 0});
    const auto sites = fit_sites(cells_, places_, nothing_known);
    ASSERT_EQ(sites.size(), 2U);
    EXPECT_LT(distance_to(sites[0], {2000, 0}), 100);
    EXPECT_LT(distance_to(sites[1], {-1000, 0}), 100);
}

TEST_F(SitesOfModel, KnownSitesAreNotFitted) {
    add_cell(Radio::lte, 0x501, 9, {200, 0});
    add_cell(Radio::lte, 0x601, 9, {200, 0});
    const auto sites = fit_sites(cells_, places_, [](Radio, std::uint64_t site_key) { return site_key == 0x500; });
    ASSERT_EQ(sites.size(), 1U);
    EXPECT_EQ(sites[0].key, 0x600U);
}

}  // namespace
}  // namespace simtrail
