#pragma once

#include <string>

#include "engine/cells/cell_table.hpp"

namespace simtrail::report {

/// A map of what a table or model knows, as an SVG file of its own (nothing fetched, light and dark): learnt ground by how often
/// it was observed, sites, and the learnt cells that are thin, the thinnest where they are many. Ends where all but the
/// outermost hundredth of the learnt places lie, or of the sites where nothing was learnt. Precondition: there is one cell.
std::string model_drawing(const CellTable& table);

}  // namespace simtrail::report
