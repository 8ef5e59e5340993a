#pragma once

#include <string>

#include "adapters/report/comparison.hpp"

namespace simtrail::report {

/// The comparison for a person, beneath the first one's table.
std::string comparison_text(const Comparison& comparison);

/// Its section of the report: figures, error curves of both over one another, by context.
std::string comparison_html(const Comparison& comparison, const Evaluation& first, const Evaluation& second);

}  // namespace simtrail::report
