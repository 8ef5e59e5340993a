#pragma once

#include <vector>

#include "adapters/report/evaluation.hpp"

namespace simtrail::report {

inline constexpr std::size_t most_worst_cases = 12;

/// The worst cases, each by its worst answer: a vehicle that stands badly located for an hour is one.
std::vector<Answer> worst_of(const Evaluation& evaluation);

}  // namespace simtrail::report
