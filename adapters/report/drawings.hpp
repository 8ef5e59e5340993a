#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

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

/// Answers that a chart shows as one curve. The first of several is the one that matters.
struct Series {
    std::string name;
    AnswerList answers;  // at least one
};
inline constexpr std::size_t series_colours = 6;

/// The share of answers within each error, with the first one's median, p67 and p95 marked.
std::string curve_drawing(std::span<const Series> series);

/// The share of truths within each part of the stated radius, over what the radius promises.
std::string calibration_drawing(std::span<const Series> series);

/// Error against stated radius of each answer; the error that 95 % of each tenth stay within. Precondition: one answer.
std::string scatter_drawing(const Evaluation& evaluation);

/// One answer: known position, estimate, radius, scale bar.
std::string case_drawing(const Answer& answer, std::size_t number);

/// Which colour is whose; nothing for a single series.
std::string series_legend(std::span<const Series> series);

/// Text as HTML.
std::string escaped(std::string_view text);

/// How many to step over so that at most `most` of `count` are drawn.
constexpr std::size_t stride(std::size_t count, std::size_t most) noexcept { return (count + most - 1) / most; }

}  // namespace simtrail::report
