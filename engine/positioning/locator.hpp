#pragma once

#include <optional>

#include "engine/cells/calibration.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/positioning/belief.hpp"
#include "engine/positioning/breadth.hpp"
#include "engine/positioning/motion_filter.hpp"
#include "engine/tracing/trace_point.hpp"

namespace simtrail {

/// Where a subscriber was, and how sure that is.
struct Estimate {
    GeoPoint place;
    double radius_m = 0;  // holds the truth 95 times in 100
    Confidence confidence = Confidence::none;
    ErrorReasons reasons;
    RadiusContext context;
    double spread_m = 0;  // what the candidates said before calibration
    Belief belief;        // the sequence state after this event
};

/// The causal position of one event: a pure function of the event, what is known of the cells, and the track's motion.
/// Candidates are scored by whatever evidence the event has, then by how well they are reached from the last ones; the
/// answer is their weighted geometric median. Fallbacks are the absence of evidence: learnt places of the serving cell, of a
/// neighbour, of its site; the table's site; known neighbours, the area (`areaOnly`), or the last candidates moved on (these
/// three say `unknownCell`). Nothing where even that is missing. docs/positioning.md explains the constants.
std::optional<Estimate> locate(const CellEvent& event, const CellTable& cells, const MotionFilter& motion,
                               const Breadth& breadth = full_breadth) noexcept;

/// Completes the context of an estimate whose basis, support and spread are known, and takes the radius from it.
void calibrate(Estimate& estimate, Radio radio, const Calibration& calibration) noexcept;

/// As it is published.
TracePoint point_of(const Estimate& estimate, const CellEvent& event, std::uint32_t seq) noexcept;

/// Adds what the event's own signal says of it, and grades the confidence. After `calibrate`.
void grade(Estimate& estimate, const CellEvent& event) noexcept;

}  // namespace simtrail
