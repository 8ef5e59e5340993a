#pragma once

#include <cstddef>
#include <string>

#include "adapters/report/projection.hpp"
#include "engine/cells/cell_table.hpp"

namespace simtrail::report {

/// The places of a table's cells on a map: antennas as filled triangles, learnt centres as open ones.
struct SiteDrawing {
    std::string svg;
    std::size_t sites = 0, drawn = 0;  // places on the map, of antennas and learnt ones
    bool any_antenna = false, any_learnt = false;
};

/// Sites that would lie on one another are thinned evenly, the same ones each time.
SiteDrawing site_drawing(const CellTable& cells, const Projection& project);

}  // namespace simtrail::report
