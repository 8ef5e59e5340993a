#pragma once

#include <string>

#include "adapters/report/comparison.hpp"
#include "adapters/report/evaluation.hpp"

namespace simtrail::report {

/// One JSON object with the keys and the rounding of ../shared/tools/score.py, and more besides (docs/evaluate.md).
std::string summary_json(const Evaluation& evaluation);

/// The same of the first, with `against`: the second's figures on the truths in common, and how the two differ.
std::string summary_json(const Evaluation& evaluation, const Comparison& comparison);

/// A table for a person.
std::string summary_table(const Evaluation& evaluation);

}  // namespace simtrail::report
