#pragma once

#include <string>

#include "adapters/report/evaluation.hpp"

namespace simtrail::report {

/// One self-contained HTML page (no script, nothing fetched, light and dark): figures, map, error curve, worst cases.
/// Numbers of subscribers are masked. Thinned evenly where there is much: below 2 MB for any evaluation.
std::string html_report(const Evaluation& evaluation);

}  // namespace simtrail::report
