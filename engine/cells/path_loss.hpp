#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/cells/cell_record.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail {

/// A site's antenna as the signals at a place depend on it, on a tangent plane.
struct Antenna {
    Offset at;
    Offset pointing;           // unit vector of the azimuth
    double height_square = 0;  // metres, squared: of antenna and clutter
    bool omni = true;

    Antenna(Offset place, const CellRecord& record) noexcept;

    /// The mean signals in dBm at places (metres on the plane; three spans of one length), up to a constant that is the
    /// phone's and the network's: 44 dB a decade from 100 m (3GPP TR 36.942, macro cells: 37.6; below roofs more), and the sector pattern
    /// min(12(angle/90)², 30) of TR 36.942, of 90 instead of 65 degrees because streets reflect; an omni antenna 8 dB
    /// instead. To 0.1 dB.
    void levels(std::span<const float> east_m, std::span<const float> north_m,
                std::span<float> levels_db) const noexcept;
    double level(Offset phone) const noexcept;
};

/// exp to 1e-4 relative. 0 below -700. For loops over candidates.
double quick_exp(double x) noexcept;

}  // namespace simtrail
