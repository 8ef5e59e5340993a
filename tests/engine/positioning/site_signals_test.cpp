// A site table alone, without any training, in towns and in the country: radii hold, and whoever is fast is not left behind.

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "engine/positioning/locator.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail {
namespace {

constexpr GeoPoint corner{77, 20};
constexpr int side = 9;

/// Sites of three sectors on a triangular grid, and what a phone hears of them: 128.1 + 37.6·log10(d/km) (3GPP TR 36.942), shadows of
/// 8 dB, of which the sectors of a site share a half.
class Network {
   public:
    explicit Network(double spacing_m) : spacing_m_(spacing_m) {
        CellTableBuilder builder;
        for (int i = 0; i < side * side; ++i)
            for (int sector = 0; sector < 3; ++sector)
                builder.add(cell(i, sector), {.site = displaced(corner, site(i)),
                                              .pci = static_cast<std::uint16_t>((3 * i + sector) % 504),
                                              .azimuth_deg = static_cast<std::uint16_t>(120 * sector),
                                              .height_m = 30});
        builder.add_rival_field();
        bytes_ = builder.build();
        cells_ = CellTable::open(bytes_).value();
    }

    const CellTable& cells() const noexcept { return cells_; }

    /// Somewhere in the middle.
    Offset anywhere() {
        std::uniform_real_distribution<double> share(2, 6);
        return {share(random_) * spacing_m_, share(random_) * spacing_m_ * 0.866};
    }

    CellEvent heard_at(Offset phone, std::int64_t ts_ms, std::size_t neighbours) {
        struct Heard {
            double dbm;
            CellIdentity cell;
        };
        std::normal_distribution<double> shadow(0, 8 * std::sqrt(0.5));
        std::vector<Heard> heard;
        for (int i = 0; i < side * side; ++i) {
            const Offset way = phone - site(i);
            const double distance_km = std::max(length_m(way), 35.0) / 1000, shared_db = shadow(random_);
            for (int sector = 0; sector < 3; ++sector) {
                const double off_deg =
                    std::remainder(std::atan2(way.east_m, way.north_m) * 57.29578 - 120 * sector, 360);
                const double pattern_db = std::min(12 * off_deg * off_deg / (65 * 65), 20.0);
                heard.push_back(
                    {33.2 - 128.1 - 37.6 * std::log10(distance_km) - pattern_db + shared_db + shadow(random_),
                     cell(i, sector)});
            }
        }
        std::ranges::sort(heard, std::ranges::greater{}, &Heard::dbm);
        const auto dbm = [&](std::size_t i) {
            return static_cast<std::int16_t>(std::lround(std::max(heard[i].dbm, -140.0)));
        };
        CellEvent event{.ts_ms = ts_ms, .msisdn = *Msisdn::parse("91"), .serving = heard[0].cell, .signal_dbm = dbm(0)};
        for (std::size_t i = 1; i <= neighbours; ++i)
            event.neighbours.push_back({.cell = heard[i].cell.cell, .area = heard[i].cell.area, .signal_dbm = dbm(i)});
        return event;
    }

   private:
    static CellIdentity cell(int site, int sector) {
        return testing::MadeCells::lte(256 * (static_cast<std::uint64_t>(site) + 1) +
                                       static_cast<std::uint64_t>(sector));
    }
    Offset site(int i) const noexcept {
        const int row = i / side, column = i % side;
        return {(column + row % 2 / 2.0) * spacing_m_, row * 0.866 * spacing_m_};
    }

    double spacing_m_;
    std::mt19937_64 random_{7};
    CompiledBytes bytes_;
    CellTable cells_;
};

struct Errors {
    std::vector<double> metres;
    std::size_t inside = 0;

    void note(const Estimate& estimate, Offset truth) {
        metres.push_back(distance_m(estimate.place, displaced(corner, truth)));
        inside += metres.back() <= estimate.radius_m ? 1U : 0U;
    }
    double coverage() const { return static_cast<double>(inside) / static_cast<double>(metres.size()); }
    double median() {
        std::ranges::nth_element(metres, metres.begin() + static_cast<std::ptrdiff_t>(metres.size() / 2));
        return metres[metres.size() / 2];
    }
};

Errors errors_of_phones(double spacing_m, std::size_t neighbours) {
    Network network(spacing_m);
    Errors errors;
    for (int i = 0; i < 400; ++i) {
        const Offset truth = network.anywhere();
        errors.note(*locate(network.heard_at(truth, 1'700'000'000'000, neighbours), network.cells(), {}), truth);
    }
    return errors;
}

/// To the east, from west of the middle, twenty times.
Errors errors_of_drives(double spacing_m, double speed_mps, double period_s, bool in_sequence) {
    Network network(spacing_m);
    Errors errors;
    for (int drive = 0; drive < 20; ++drive) {
        MotionFilter motion;
        const double north_m = network.anywhere().north_m;
        for (int i = 0; speed_mps * period_s * i < 4 * spacing_m; ++i) {
            const Offset truth{2 * spacing_m + speed_mps * period_s * i, north_m};
            const auto ts_ms = 1'700'000'000'000 + static_cast<std::int64_t>(1000 * period_s * i);
            const CellEvent event = network.heard_at(truth, ts_ms, 6);
            const auto estimate = locate(event, network.cells(), motion);
            errors.note(*estimate, truth);
            if (in_sequence) motion.advance(event, point_of(*estimate, event, 0), estimate->belief);
        }
    }
    return errors;
}

TEST(SiteSignals, RadiiHoldInTownAndCountryWithoutTraining) {
    for (const double spacing_m : {400.0, 800.0, 1500.0, 3000.0, 6000.0}) {
        EXPECT_GE(errors_of_phones(spacing_m, 6).coverage(), 0.95) << spacing_m;
        EXPECT_GE(errors_of_phones(spacing_m, 0).coverage(), 0.9) << spacing_m << " m, by the serving cell alone";
    }
}

TEST(SiteSignals, PlacesAreAsGoodAsTheSitesAreNear) {
    for (const double spacing_m : {800.0, 3000.0}) EXPECT_LT(errors_of_phones(spacing_m, 6).median(), 0.22 * spacing_m);
}

TEST(SiteSignals, WhoeverIsSlowGainsByTheSequence) {
    EXPECT_LT(errors_of_drives(800, 5, 10, true).median(), 0.8 * errors_of_drives(800, 5, 10, false).median());
}

TEST(SiteSignals, WhoeverIsFastIsNotLeftBehind) {
    for (const auto& [spacing_m, speed_mps, period_s] : {std::tuple{800.0, 28.0, 5.0},
                                                         {800.0, 42.0, 5.0},
                                                         {800.0, 83.0, 5.0},
                                                         {1500.0, 20.0, 10.0},
                                                         {1500.0, 42.0, 5.0}}) {
        auto alone = errors_of_drives(spacing_m, speed_mps, period_s, false);
        auto sequence = errors_of_drives(spacing_m, speed_mps, period_s, true);
        EXPECT_GE(sequence.coverage(), 0.88) << spacing_m << " m, " << speed_mps << " m/s";
        EXPECT_LT(sequence.median(), 1.2 * alone.median()) << spacing_m << " m, " << speed_mps << " m/s";
    }
}

}  // namespace
}  // namespace simtrail
