#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "adapters/cells/cell_files.hpp"
#include "engine/cells/cell_learner.hpp"

namespace simtrail::cells {

/// What became of the lines of observation files; each counts once.
struct ObservationCounts {
    std::uint64_t learnt = 0;
    std::uint64_t without_place = 0;  // context for its neighbours in time (PRODUCT, section 3)
    std::uint64_t other = 0;          // blank, an SMS or a control line
    std::uint64_t rejected = 0;       // not JSON, or without a cell or place that can be
};

/// Feeds the learner with the files' geotagged events (newline-delimited JSON, plain or gzip). Throws CellFileError.
ObservationCounts read_observations(std::span<const std::filesystem::path> files, CellLearner& learner,
                                    const ReadProgress& progress = {});

}  // namespace simtrail::cells
