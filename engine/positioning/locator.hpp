#pragma once

#include <optional>

#include "engine/cells/cell_table.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/positioning/motion_filter.hpp"
#include "engine/tracing/trace_point.hpp"

namespace simtrail {

/// Where a subscriber was, and how sure that is.
struct Estimate {
    GeoPoint place;
    double radius_m = 0;  // holds the truth 95 times in 100
    Confidence confidence = Confidence::none;
    ErrorReasons reasons;
};

/// The causal position of one event: a pure function of the event, what is known of the cells, and the track's motion.
/// Evidence is used where it is there: serving site and sector, timing advance, signals, identified neighbours. Without a
/// known cell: known neighbours, else the area's centroid (`areaOnly`), else the last position held and widened; all of
/// these say `unknownCell`. Nothing where even that is missing. docs/positioning.md explains the constants.
std::optional<Estimate> locate(const CellEvent& event, const CellTable& cells, const MotionFilter& motion) noexcept;

}  // namespace simtrail
