#pragma once

#include <cstdint>
#include <optional>

#include "engine/cells/calibration.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/positioning/breadth.hpp"
#include "engine/positioning/candidates.hpp"
#include "engine/positioning/cell_history.hpp"

namespace simtrail {

inline constexpr std::size_t least_ring_points = 6, most_ring_points = Breadth{}.ring_points;

/// Where one event and the cells before it say that the subscriber may be, before its motion is asked: what the forward pass
/// and hindsight have in common.
struct Snapshot {
    LocalPlane plane;
    Candidates candidates;  // not empty
    Basis basis = Basis::site;
    std::uint8_t support = 0;      // as RadiusContext has it
    bool has_ring = false;         // of the timing advance, at most `most_ring_points`
    bool at_serving_cell = false;  // learnt places of the serving cell were among them
    bool sparse = false;           // few observations stand behind that cell
};

/// Learnt places like the event, with the table's sites where those say little, and the ring of the timing advance round a
/// fitted site; else that ring, or the sites, alone. Nothing where there is neither. `history`: of the same subscriber, before the event.
std::optional<Snapshot> snapshot_of(const CellEvent& event, const CellTable& cells, const CellHistory& history,
                                    const Breadth& breadth = full_breadth) noexcept;

/// A report that follows another quickly on one cell says nearly the same, and must not be believed twice: it has its own
/// place, and leaves no trace in what comes after. `seconds`: since the last that did.
bool is_repetition(const Snapshot& snapshot, const CellEvent& event, const CellHistory& history,
                   double seconds) noexcept;

}  // namespace simtrail
