#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "adapters/report/evaluation.hpp"

/// The report's inline SVG. Colours come from the page's style by class.
namespace simtrail::report {

/// True paths, answers by confidence, radii, and error lines of the worst (numbered), in metres with north up.
/// Precondition: at least one answer.
std::string map_drawing(std::span<const Answer> answers, std::span<const Answer> worst);

/// The share of answers within each error, with the median, p67 and p95 marked.
std::string curve_drawing(const Evaluation& evaluation);

/// How many to step over so that at most `most` of `count` are drawn.
constexpr std::size_t stride(std::size_t count, std::size_t most) noexcept { return (count + most - 1) / most; }

}  // namespace simtrail::report
