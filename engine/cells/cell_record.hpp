#pragma once

#include <cstdint>
#include <optional>

#include "engine/maths/geo_point.hpp"

namespace simtrail {

/// What is known of one cell: from an operator's site table, a crowd-sourced one, or learnt.
struct CellRecord {
    GeoPoint site{};                               // the antenna's place, or the learnt centre of the cell's use
    std::optional<std::uint32_t> area{};           // LAC or TAC
    std::optional<std::uint16_t> pci{};            // PSC or PCI
    std::optional<std::uint16_t> azimuth_deg{};    // 0-359, clockwise from north; absent: omni or unknown
    std::optional<std::uint16_t> beamwidth_deg{};  // 1-360
    std::optional<std::uint16_t> height_m{};       // antenna above ground, 0-254
    std::optional<std::int16_t> eirp_dbm{};        // -60 to 126
    std::uint32_t range_m = 0;  // reach of the cell, or the spread of its observations; 0: unknown; at most 65,535
    std::uint32_t samples = 0;  // observations behind it, 0: from a site table; stored to within 12 %
    bool learnt = false;        // `site` is where phones were, not where the antenna stands

    friend bool operator==(const CellRecord&, const CellRecord&) = default;
};

/// Fewer observations than these say little of a cell: `sparseCell`.
inline constexpr std::uint32_t few_observations = 5;

/// A location or tracking area: the centroid of its known cells.
struct AreaRecord {
    GeoPoint centroid;
    std::uint32_t radius_m = 0;  // 95 % of its known cells lie within
    std::uint32_t cells = 0;
};

}  // namespace simtrail
