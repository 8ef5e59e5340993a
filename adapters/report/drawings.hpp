#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "adapters/report/evaluation.hpp"
#include "engine/cells/cell_table.hpp"

/// The report's inline SVG. Colours come from the page's style by class.
namespace simtrail::report {

struct MapDrawing {
    std::string svg;
    std::size_t answers = 0, answers_off_map = 0;
    std::size_t sites = 0, sites_drawn = 0;  // places on the map, of antennas and learnt ones
    bool any_antenna = false, any_learnt = false;
};

/// True paths, answers by confidence, radii, error lines of the worst (numbered), and the cells' sites beneath, in metres
/// with north up. The known positions fill it: answers and sites beyond are left out and counted. Sites that would lie on
/// one another are thinned evenly, the same ones each time. Precondition: at least one answer.
MapDrawing map_drawing(std::span<const Answer> answers, std::span<const Answer> worst, const CellTable& cells);

/// The share of answers within each error, with the median, p67 and p95 marked.
std::string curve_drawing(const Evaluation& evaluation);

/// How many to step over so that at most `most` of `count` are drawn.
constexpr std::size_t stride(std::size_t count, std::size_t most) noexcept { return (count + most - 1) / most; }

}  // namespace simtrail::report
