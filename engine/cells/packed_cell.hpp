#pragma once

#include <array>
#include <cstdint>

#include "engine/cells/cell_record.hpp"
#include "engine/cells/fixed_point.hpp"

namespace simtrail {

/// A cell's record in 20 bytes, as it stands in the file:
///     place   lon, lat, 1e-7 degree
///     reach   bits 0-15 range (m), 16-23 height (m; 255: none), 24-31 EIRP (dBm + 128; 255: none)
///     use     bits 0-23 area, 24-30 class of samples, 31 learnt
///     beam    bits 0-8 azimuth (511: none), 9-17 beamwidth (0: none), 18-27 PCI (1023: none), 28 area is known
struct PackedCell {
    FixedPoint place;
    std::uint32_t reach = 0;
    std::uint32_t use = 0;
    std::uint32_t beam = 0;
    friend constexpr bool operator==(const PackedCell&, const PackedCell&) noexcept = default;
};
static_assert(sizeof(PackedCell) == 20);

/// A number out of its field's range becomes absent, a range beyond 65,535 m becomes 65,535. Precondition: site in
/// range.
PackedCell pack(const CellRecord& record) noexcept;

/// Of any bits: what no `pack` writes reads as absent.
CellRecord unpack(const PackedCell& packed) noexcept;

/// Numbers below 8 exactly, then four classes an octave: 124 classes for 32 bits, values within 1/9 of the number.
std::uint32_t sample_class(std::uint32_t samples) noexcept;
std::uint32_t samples_of_class(std::uint32_t sample_class) noexcept;

}  // namespace simtrail
