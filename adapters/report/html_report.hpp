#pragma once

#include <string>

#include "adapters/report/evaluation.hpp"
#include "engine/cells/cell_table.hpp"

namespace simtrail::report {

/// One self-contained page (no script, nothing fetched, light, dark and on paper; HTML that is also well-formed XML): figures,
/// error and calibration curves, error against radius, a map and the worst cases of each set, tables by context. Numbers of
/// subscribers are masked. Thinned evenly where there is much: below 2 MB for any set. `cells`: whose sites to draw on the maps. `comparison`: what comparison_html made.
std::string html_report(const Evaluation& evaluation, const CellTable& cells = {}, const std::string& comparison = {});

}  // namespace simtrail::report
