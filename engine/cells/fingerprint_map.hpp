#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "engine/cells/fixed_point.hpp"
#include "engine/cells/section_file.hpp"
#include "engine/events/radio.hpp"

namespace simtrail {

/// One learnt place as it stands in the file: where, under which cells, with what measured. Means of the observations of one
/// place bucket.
struct PackedFingerprint {
    static constexpr std::uint16_t no_pci = 0xFFFF, no_ta = 0xFFFF;
    static constexpr std::int16_t no_signal = 0;
    static constexpr std::uint8_t not_moving = 0;

    FixedPoint place;
    std::int32_t norm = 0;            // sum of the squares of its features
    std::uint16_t pci = no_pci;       // of the serving cell
    std::uint16_t previous_hash = 0;  // of the cell that served before; 0: not known
    std::uint16_t previous_pci = no_pci;
    std::int16_t fast_16th_dbm = 0;  // the serving signal; 0: not measured, here and below
    std::int16_t slow_16th_dbm = 0;
    std::int16_t previous_16th_dbm = 0;
    std::uint16_t ta_8ths = no_ta;
    std::uint16_t stay_ds = 0;  // tenths of a second since the hand-over, at most 65,535
    std::uint8_t heading = 0;   // 256ths of a turn from north
    std::uint8_t speed_half_mps = not_moving;
    std::uint16_t observations : 15 = 0;  // at most `most_observations`
    std::uint16_t alone : 1 = 0;          // 1: no neighbours were heard
    static constexpr std::uint32_t most_observations = 32'767;
};
static_assert(sizeof(PackedFingerprint) == 32);

/// What is known of one cell, and where its fingerprints are: indices into the other sections.
struct PackedCellPlaces {
    std::uint64_t key = 0;
    std::uint32_t radio = 0;
    std::uint32_t own_first = 0;  // fingerprints it served: [own_first, own_first + own_count)
    std::uint32_t own_count = 0;
    std::uint32_t row_first = 0;  // all fingerprints it was heard in, its own first
    std::uint32_t row_count = 0;
    std::uint32_t column_first = 0;
    std::uint32_t column_count = 0;
    std::uint32_t spread_m = 0;  // holds 95 % of its own places
    std::uint32_t observations = 0;
    FixedPoint centre;  // median of its own places
    std::uint16_t pci = PackedFingerprint::no_pci;
    std::uint16_t days = 0;  // parts of the training, of days or drives, that saw it; at most ten
    // What was measured on it as the serving cell: mean and standard deviation; all 0 in models of before.
    std::int16_t signal_16th_dbm = PackedFingerprint::no_signal;
    std::uint16_t signal_deviation_16ths = 0;
    std::uint16_t ta_8ths_and_one = no_ta;  // the mean timing advance and one eighth
    std::uint16_t ta_deviation_8ths = 0;

    static constexpr std::uint16_t no_ta = 0;
};
static_assert(sizeof(PackedCellPlaces) == 64);

/// The features of one heard cell in all rows of a list.
struct PackedColumn {
    std::uint32_t cell = 0;  // index of its PackedCellPlaces
    std::uint32_t pad = 0;
    std::uint64_t first = 0;  // of row_count features
};
static_assert(sizeof(PackedColumn) == 16);

/// A read-only view of the learnt places in a model file; empty where it has none. Cheap to copy; the bytes must outlive it.
/// Thread-safe. Every index is checked when used: a hostile file cannot make it read outside.
class FingerprintMap {
   public:
    /// Of the sections together; the parameter of cell_places.
    static constexpr std::uint64_t version = 4;

    FingerprintMap() = default;

    /// The error says which section contradicts which.
    static std::expected<FingerprintMap, std::string> open(const SectionFile& file);

    bool empty() const noexcept { return cells_.empty(); }
    std::span<const PackedCellPlaces> cells() const noexcept { return cells_; }
    std::span<const PackedFingerprint> fingerprints() const noexcept { return fingerprints_; }

    std::optional<std::uint32_t> find(Radio radio, std::uint64_t key) const noexcept;

    /// The cells of the same radio with keys from `first` to `last`.
    std::span<const PackedCellPlaces> between(Radio radio, std::uint64_t first, std::uint64_t last) const noexcept;

    /// The fingerprints a cell served; empty where the file's indices are damaged, here and below.
    std::span<const PackedFingerprint> own(const PackedCellPlaces& cell) const noexcept;
    std::span<const std::uint32_t> rows(const PackedCellPlaces& cell) const noexcept;
    std::span<const PackedColumn> columns(const PackedCellPlaces& cell) const noexcept;
    std::span<const std::int16_t> features(const PackedCellPlaces& cell, const PackedColumn& column) const noexcept;

   private:
    std::span<const PackedCellPlaces> cells_;  // by radio and key
    std::span<const PackedFingerprint> fingerprints_;
    std::span<const std::uint32_t> rows_;
    std::span<const PackedColumn> columns_;
    std::span<const std::int16_t> features_;
};

}  // namespace simtrail
