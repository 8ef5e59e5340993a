#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/cells/fingerprint_map.hpp"
#include "engine/maths/geodesy.hpp"
#include "engine/positioning/radio_scene.hpp"

namespace simtrail {

/// Gathers observations into places: one fingerprint for each bucket of 20 m, serving cell, cell before and direction of
/// travel. Keeps the folds apart, so that a map can be made without one. Memory is that of the places, not of the
/// observations. The sums are whole numbers: their order does not matter. Not thread-safe.
class FingerprintLearner {
   public:
    static constexpr double bucket_m = 20;
    static constexpr std::uint8_t no_fold = 255;

    struct Motion {
        double heading_deg = 0;
        double speed_mps = 0;
    };

    /// Precondition: `place` in range, fold < no_fold.
    void observe(const RadioScene& scene, GeoPoint place, std::optional<Motion> motion, std::uint8_t fold);

    /// The sections of a FingerprintMap, from all folds but `left_out`.
    std::vector<MadeSection> make_sections(std::uint8_t left_out = no_fold) const;

    std::size_t places() const noexcept { return places_.size(); }

    struct Key {
        std::uint32_t serving = 0;
        std::uint16_t pci = 0, previous_hash = 0, previous_pci = 0;
        std::uint8_t octant = 0;  // of the heading; 8: none
        std::int32_t row = 0, column = 0;
        std::uint8_t fold = 0;
        friend constexpr auto operator<=>(const Key&, const Key&) noexcept = default;
    };
    struct Sum {
        std::int64_t total = 0;
        std::uint32_t count = 0;
        void add(std::int64_t value) noexcept { total += value, ++count; }
        void add(const Sum& other) noexcept { total += other.total, count += other.count; }
    };
    struct Sums {
        Sum lon, lat, fast, slow, previous, ta_8ths, stay_ds, east_dmps, north_dmps;
        std::vector<std::pair<std::uint32_t, std::int64_t>> features;  // by cell: sum over the observations
        std::uint32_t folds = 0;                                       // bits
        void add_feature(std::uint32_t cell, std::int64_t total);
        void add(const Sums& other);
    };

   private:
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct CellHash {
        std::size_t operator()(const CellKey& key) const noexcept;
    };
    std::uint32_t number_of(const CellKey& cell, std::uint16_t pci);

    std::unordered_map<CellKey, std::uint32_t, CellHash> numbers_;
    std::vector<CellKey> cells_;
    std::vector<std::uint16_t> pcis_;
    std::unordered_map<Key, Sums, KeyHash> places_;
};

}  // namespace simtrail
