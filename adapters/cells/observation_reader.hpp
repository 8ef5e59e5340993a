#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "adapters/cells/cell_files.hpp"
#include "adapters/feed/feed_outcome.hpp"
#include "engine/positioning/model_learner.hpp"

namespace simtrail::cells {

/// What became of the lines of observation files; each counts once.
struct ObservationCounts {
    std::uint64_t learnt = 0;
    std::uint64_t without_place = 0;  // context for its neighbours in time (PRODUCT, section 3)
    std::uint64_t other = 0;          // blank, an SMS or a control line
    std::uint64_t rejected = 0;       // no event of the feed, or without a cell or place that can be
    feed::OutcomeCounts
        reasons;  // of those rejected; a place that is none is out of range, half of one a missing field
};

/// Takes an observation; false where it is none after all.
using TakeObservation = std::function<bool(const Observation& observation)>;

/// A line that was rejected, by its number in the file, from 1.
using TellRejection = std::function<void(const std::filesystem::path& file, std::uint64_t line, feed::Outcome reason)>;

/// Reads the files' events, with their places where they have one: newline-delimited JSON, or CSV with a header of the same
/// names, plain or gzip. Throws CellFileError.
ObservationCounts read_observations(std::span<const std::filesystem::path> files, const TakeObservation& take,
                                    const ReadProgress& progress = {}, const TellRejection& tell = {});

}  // namespace simtrail::cells
