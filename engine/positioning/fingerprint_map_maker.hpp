#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/positioning/fingerprint_learner.hpp"

namespace simtrail {

/// Writes the sections of a FingerprintMap, and of the sites fitted to it, from the sums of places. One use each. The same places give the same bytes.
class FingerprintMapMaker {
   public:
    /// No list is longer: it bounds what one event costs.
    static constexpr std::size_t max_rows = 4096;

    /// Cells, their PCIs and what was measured on them, by the numbers that `add` uses; and how many parts of an earlier training
    /// saw each (shorter: 0).
    FingerprintMapMaker(std::span<const CellKey> cells, std::span<const std::uint16_t> pcis,
                        std::span<const std::uint16_t> earlier_parts, std::span<const MeasurementSums> measurements);

    void add(const FingerprintLearner::Key& key, const FingerprintLearner::Sums& sums);
    std::vector<MadeSection> make(const IsKnownSite& is_known);

   private:
    struct Feature {
        std::uint32_t cell;
        std::int16_t value;
    };
    struct Place {
        std::uint32_t serving = 0;
        PackedFingerprint packed;
        std::uint16_t parts = 0;
        std::vector<Feature> features;
    };

    void sort_places();
    void describe_cells();
    void list_rows();
    void fill_columns();
    void thin(std::uint32_t cell, std::vector<std::uint32_t>& rows) const;

    std::vector<std::uint32_t> rank_;  // of a cell's number in the order of the file
    std::vector<Place> places_;
    std::vector<PackedCellPlaces> cells_;
    std::vector<std::uint32_t> rows_;
    std::vector<PackedColumn> columns_;
    std::vector<std::int16_t> features_;
};

}  // namespace simtrail
