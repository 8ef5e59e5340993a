#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/simulate/random.hpp"
#include "engine/events/radio.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail::simulate {

inline constexpr std::size_t radio_count = radio_names.size();
inline constexpr GeoPoint city_centre{80.0, 20.0};

struct Sector {
    Radio radio;
    std::uint32_t site;
    std::uint32_t area;
    std::uint64_t cell;
    std::uint16_t pci;
    std::uint16_t azimuth_deg;
    bool omni;
};

/// Before pattern and shadowing, a cell is heard with `at_1_km_dbm - slope_db * log10(km)`.
struct Reach {
    double at_1_km_dbm, slope_db;
};

struct Site {
    Offset place;
    double height_m;
    bool listed;  // in the operator's site table
    std::array<Reach, radio_count> reach{};
    std::array<std::uint32_t, radio_count> first_sector{};
    std::uint8_t sectors = 3;
};

/// A cell as it is heard at a place.
struct Heard {
    std::uint32_t sector = 0;
    double signal_dbm = 0;
};

/// The nearest sites' cells, strongest not sorted: at most `capacity`, by value.
struct HeardCells {
    static constexpr std::size_t capacity = 24;
    std::array<Heard, capacity> items;
    std::size_t size = 0;
};

/// Sites and sectors of the made city. Signal: COST-231 Hata path loss, TR 36.814 sector pattern, shadowing that is a function
/// of site and place (docs/simulator.md has formulas and sources).
class RadioNetwork {
   public:
    RadioNetwork(std::uint64_t seed, double unlisted_share);

    std::span<const Site> sites() const noexcept { return sites_; }
    std::span<const Sector> sectors() const noexcept { return sectors_; }
    /// Cells of one radio of the sites nearest to `place`, with the signals that a still phone would measure.
    void listen(Radio radio, Offset place, HeardCells& heard) const noexcept;
    double distance_m(std::uint32_t sector, Offset place) const noexcept;

   private:
    static constexpr std::size_t candidates = 6;
    void add_sites(Random& random, double unlisted_share);
    void add_site(Offset place, Random& random, double unlisted_share);
    void index_sites();
    double shadowing_db(std::uint32_t site, Offset place) const noexcept;

    std::uint64_t seed_;
    std::vector<Site> sites_;
    std::vector<Sector> sectors_;
    std::vector<std::array<std::uint32_t, candidates>> nearest_;  // per square of the map
};

/// dBm radiated, summed over the carrier.
double eirp_dbm(Radio radio) noexcept;

}  // namespace simtrail::simulate
