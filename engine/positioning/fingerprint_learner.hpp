#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/cells/fingerprint_map.hpp"
#include "engine/maths/geodesy.hpp"
#include "engine/positioning/measurement_sums.hpp"
#include "engine/positioning/radio_scene.hpp"
#include "engine/positioning/site_fit.hpp"

namespace simtrail {

/// Gathers observations into places: one fingerprint for each bucket, serving cell, cell before and direction of travel.
/// Keeps the folds apart, so that a map can be made without one. Memory is that of the places, not of the
/// observations. The sums are whole numbers: their order does not matter. What was measured on a cell as a whole is told of all
/// folds. Not thread-safe.
class FingerprintLearner {
   public:
    static constexpr double bucket_m = 20;            // side, of events with neighbours
    static constexpr double bucket_alone_m = 14;      // without: their places are few numbers each
    static constexpr std::uint8_t no_fold = 255;      // leaves nothing out
    static constexpr std::uint8_t always_kept = 254;  // the fold of what no map leaves out

    struct Motion {
        double heading_deg = 0;
        double speed_mps = 0;
    };

    /// Which fold may leave the observation out, and which part of the training (days, or drives) it counts for; below 16.
    struct Share {
        std::uint8_t fold = always_kept;
        std::uint8_t part = 0;
    };

    /// Precondition: `place` in range.
    void observe(const RadioScene& scene, GeoPoint place, std::optional<Motion> motion, Share share);

    /// Adds the places of an earlier model, each with the weight of its observations. `is_outdated`: cells that stand elsewhere
    /// now; nothing of them is taken. What the file leaves out of a place (cells heard hardly anywhere) stays as a whole.
    void add_earlier(const FingerprintMap& map, const std::function<bool(Radio radio, std::uint64_t key)>& is_outdated);

    /// The sections of a FingerprintMap, from all folds but `left_out`, and of FittedSites, where `is_known` (site_fit.hpp) leaves
    /// one to fit.
    std::vector<MadeSection> make_sections(const IsKnownSite& is_known, std::uint8_t left_out = no_fold) const;

    struct Key {
        std::uint32_t serving = 0;
        std::uint16_t pci = 0, previous_hash = 0, previous_pci = 0;
        std::uint8_t octant = 0;  // of the heading; 8: none
        bool alone = false;       // no neighbours were heard
        std::int32_t row = 0, column = 0;
        std::uint8_t fold = 0;
        friend constexpr auto operator<=>(const Key&, const Key&) noexcept = default;
    };

    /// Sums over the observations of a place, and how many of them had each value.
    struct Sums {
        std::int64_t lon = 0, lat = 0, stay_ds = 0;  // over `observations`
        std::int64_t fast = 0, slow = 0;             // over `signals`, and so on
        std::int64_t previous = 0, ta_8ths = 0, east_dmps = 0, north_dmps = 0;
        std::uint32_t observations = 0, signals = 0, previous_signals = 0, advances = 0, motions = 0;
        std::uint16_t parts = 0;                                       // bits
        std::vector<std::pair<std::uint32_t, std::int64_t>> features;  // by cell
        void add_feature(std::uint32_t cell, std::int64_t total);
        void add(const Sums& other);
    };

    /// In place of a cell: features that the file of an earlier model does not list, as one.
    static constexpr std::uint32_t unlisted = ~std::uint32_t{0};

   private:
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct CellHash {
        std::size_t operator()(const CellKey& key) const noexcept;
    };
    std::uint32_t number_of(const CellKey& cell, std::uint16_t pci);
    void add_earlier(std::uint32_t serving, const PackedFingerprint& place,
                     std::span<const std::pair<std::uint32_t, std::int16_t>> features);

    std::unordered_map<CellKey, std::uint32_t, CellHash> numbers_;
    std::vector<CellKey> cells_;
    std::vector<std::uint16_t> pcis_;
    std::vector<MeasurementSums> measurements_;  // of all folds
    std::vector<std::uint16_t> earlier_parts_;   // of the training of an earlier model that saw the cell
    std::unordered_map<Key, Sums, KeyHash> places_;
};

}  // namespace simtrail
