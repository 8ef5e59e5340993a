#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/cells/fixed_point.hpp"
#include "engine/cells/packed_cell.hpp"
#include "engine/cells/section_file.hpp"
#include "engine/events/cell_identity.hpp"

// The part of the file format that the reader (CellTable) and the writer (CellTableBuilder) share; docs/cells.md draws
// it.
//
// A radio's hash: buckets of eight 64-bit keys, one cache line each, with a parallel array of packed records. A key's
// home bucket is a range reduction of its mixed bits; a full bucket overflows into the next, and the overflow of the
// last home bucket into buckets after it, so that nothing wraps. Buckets fill from the left: one whose last slot is
// empty ends a search.

namespace simtrail::cell_layout {

inline constexpr std::size_t slots_per_bucket = 8;
inline constexpr std::size_t bucket_key_bytes = slots_per_bucket * sizeof(std::uint64_t);
inline constexpr std::size_t bucket_record_bytes = slots_per_bucket * sizeof(PackedCell);
static_assert(bucket_key_bytes == cache_line_bytes);

inline constexpr std::uint64_t empty_key = ~std::uint64_t{0};  // its MCC would be 1023: no cell's key

/// Nine tenths full: 31.1 bytes a cell.
constexpr std::uint64_t home_buckets_for(std::uint64_t cells) noexcept {
    constexpr std::uint64_t slots_by_ten = slots_per_bucket * 9;
    return (cells * 10 + slots_by_ten - 1) / slots_by_ten;
}

/// MurmurHash3's finaliser: a bijection that spreads every bit.
constexpr std::uint64_t mixed(std::uint64_t key) noexcept {
    key = (key ^ key >> 33) * 0xFF51AFD7ED558CCD;
    key = (key ^ key >> 33) * 0xC4CEB9FE1A85EC53;
    return key ^ key >> 33;
}

/// Below `home_buckets`: the upper half of a 128-bit product, no division.
constexpr std::uint64_t home_bucket(std::uint64_t key, std::uint64_t home_buckets) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(Wide{mixed(key)} * home_buckets >> 64);
}

/// The identity that `CellIdentity::key` came from; the area of LTE and NR cells is in the record.
constexpr CellIdentity identity_of(Radio radio, std::uint64_t key) noexcept {
    CellIdentity identity{.radio = radio,
                          .plmn = {static_cast<std::uint16_t>(key >> 54), static_cast<std::uint16_t>(key >> 44 & 1023)},
                          .area = std::nullopt,
                          .cell = key & ((std::uint64_t{1} << 44) - 1)};
    if (radio == Radio::gsm || radio == Radio::umts) {
        identity.area = static_cast<std::uint32_t>(key >> 28 & 0xFFFF);
        identity.cell = key & ((1U << 28) - 1);
    }
    return identity;
}

/// An area as it stands in the file; sorted by key.
struct PackedArea {
    std::uint64_t key = 0;
    FixedPoint centroid;
    std::uint32_t radius_m = 0;
    std::uint32_t cells = 0;
};
static_assert(sizeof(PackedArea) == 24);

/// Exact where the numbers are in range.
constexpr std::uint64_t area_key(Radio radio, Plmn plmn, std::uint32_t area) noexcept {
    return std::uint64_t{static_cast<std::uint8_t>(radio)} << 44 | std::uint64_t{plmn.mcc} << 34 |
           std::uint64_t{plmn.mnc} << 24 | area;
}

}  // namespace simtrail::cell_layout
