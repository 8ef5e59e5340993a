#pragma once

#include <string>

#include "adapters/report/evaluation.hpp"
#include "engine/cells/cell_table.hpp"

namespace simtrail::report {

/// One self-contained HTML page (no script, nothing fetched, light and dark): figures, map, error curve, worst cases.
/// Numbers of subscribers are masked. Thinned evenly where there is much: below 2 MB for any evaluation.
/// `cells`: whose sites to draw on the map.
std::string html_report(const Evaluation& evaluation, const CellTable& cells = {});

}  // namespace simtrail::report
