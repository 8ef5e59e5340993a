#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/report/accuracy.hpp"
#include "engine/cells/fingerprint_map.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail::report {

/// What phones measured on one learnt cell.
struct CellSignal {
    CellIdentity identity;  // of LTE and NR without the area
    std::uint32_t observations = 0;
    double mean_dbm = 0, deviation_db = 0;
    std::optional<double> timing_advance;  // mean, in the radio's own steps
};

/// The serving signals of a model's cells: where it is weak, and where one cell is heard in all manner of places.
struct SignalStatistics {
    static constexpr std::size_t listed = 5;

    std::size_t cells = 0, with_timing_advance = 0;
    Quantiles below_zero_db;  // of the cells' means, weakest last: 95 is -95 dBm
    Quantiles deviation_db;
    Quantiles timing_advance;
    std::vector<CellSignal> weakest, widest;  // of cells with `few_observations` and more
};

/// Nothing where no cell has a signal: nothing was learnt, or by an earlier version.
std::optional<SignalStatistics> describe_signals(const FingerprintMap& map);

}  // namespace simtrail::report
