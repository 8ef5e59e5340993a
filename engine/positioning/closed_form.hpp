#pragma once

#include <optional>

#include "engine/cells/cell_table.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/tracing/trace_point.hpp"

namespace simtrail {

/// A position by formula from the cell table alone: cheap, and all there is where nothing was learnt and no identified
/// neighbour was measured.
struct ClosedForm {
    GeoPoint place;
    double radius_m = 0;  // meant to hold the truth 95 times in 100
    ErrorReasons reasons;
};

/// From the serving cell's site and sector, the timing advance and known neighbours, as far as the event has them.
ClosedForm at_known_cell(const CellEvent& event, const CellRecord& serving, const CellTable& cells) noexcept;

/// From known neighbours, else from the area (`areaOnly`); nothing where none is known.
std::optional<ClosedForm> without_serving_cell(const CellEvent& event, const CellTable& cells) noexcept;

/// The reach of a cell of which the table says nothing.
double usual_range_m(Radio radio) noexcept;

}  // namespace simtrail
