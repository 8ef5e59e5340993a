#pragma once

#include <optional>

#include "engine/cells/cell_table.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/positioning/breadth.hpp"
#include "engine/positioning/candidates.hpp"

namespace simtrail {

/// Candidates from the site table alone: places around the heard sites, weighed by how well the measured signals and the fact
/// that these cells were heard, and not their rivals, agree with the path loss. Nothing where fewer than two surveyed cells
/// were heard, or the table does not say where its sectors point: then it would do harm.
struct SiteSignals {
    LocalPlane plane;
    Candidates candidates;
};
std::optional<SiteSignals> weigh_sites(const CellEvent& event, const CellTable& cells, const Breadth& breadth) noexcept;

}  // namespace simtrail
