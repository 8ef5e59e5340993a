#pragma once

#include <span>
#include <string>

#include "adapters/report/evaluation.hpp"

/// The tables of the report, as HTML.
namespace simtrail::report {

/// One row a group that has answers, and all of them.
std::string context_table(const Context& context, const Accuracy& all);

/// Each set, and all of them. Precondition: there are several.
std::string set_table(const Evaluation& evaluation);

/// What 50, 67 and 95 % radii promise, what they held, and by which part of the radius they would have.
std::string coverage_table(const Accuracy& all);

std::string worst_table(std::span<const Answer> worst);

}  // namespace simtrail::report
