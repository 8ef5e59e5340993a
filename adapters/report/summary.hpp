#pragma once

#include <string>

#include "adapters/report/evaluation.hpp"

namespace simtrail::report {

/// One JSON object with the keys and the rounding of ../shared/tools/score.py, and more besides (docs/evaluate.md).
std::string summary_json(const Evaluation& evaluation);

/// A table for a person.
std::string summary_table(const Evaluation& evaluation);

}  // namespace simtrail::report
