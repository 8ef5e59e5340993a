#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/report/drawings.hpp"
#include "adapters/report/projection.hpp"
#include "adapters/report/site_drawing.hpp"

namespace simtrail::report {

namespace {

constexpr std::size_t most_dots = 4000, most_truths = 12'000, most_radii = 120;
constexpr std::int64_t path_gap_ms = 120'000;  // known positions farther apart are not joined

std::string radii(std::span<const Answer> answers, const Projection& project) {
    std::string svg = R"(<g class="radii">)";
    for (std::size_t i = 0; i < answers.size(); i += stride(answers.size(), most_radii)) {
        const Pixel p = project(answers[i].point.position());
        if (project.shows(p))
            svg += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>)", p.x, p.y,
                               project.pixels(answers[i].point.accuracy_m));
    }
    return svg + "</g>";
}

/// The whole ways of as many subscribers as there is room for: of each way a part would be none.
std::string truth_paths(std::span<const Answer> answers, const Projection& project) {
    std::map<Msisdn, std::vector<Truth>> ways;
    for (const Answer& answer : answers) ways[answer.truth.msisdn].push_back(answer.truth);
    const std::size_t step = std::min(stride(answers.size(), most_truths), ways.size());
    std::string path;
    std::size_t drawn = 0, number = 0;
    for (auto& [msisdn, way] : ways) {
        if (number++ % step != 0) continue;
        std::ranges::sort(way, {}, &Truth::ts_ms);
        const Truth* before = nullptr;
        for (const Truth& truth : way) {
            if (++drawn > 2 * most_truths) break;  // few subscribers of very long ways
            const bool joined = before != nullptr && truth.ts_ms - before->ts_ms <= path_gap_ms;
            const Pixel p = project(truth.position);
            path += fmt::format("{}{:.1f} {:.1f}{}", joined ? 'L' : 'M', p.x, p.y, joined ? "" : "h0");
            before = &truth;
        }
    }
    return fmt::format(R"(<path class="truth" d="{}"/>)", path);
}

/// All dots of a confidence in one path: a dot is a round cap of no length.
std::string dots(std::span<const Answer> answers, Confidence confidence, const Projection& project) {
    std::string path;
    for (std::size_t i = 0; i < answers.size(); i += stride(answers.size(), most_dots)) {
        const Pixel p = project(answers[i].point.position());
        if (answers[i].point.confidence == confidence && project.shows(p))
            path += fmt::format("M{:.1f} {:.1f}h0", p.x, p.y);
    }
    return fmt::format(R"(<path class="dots {}" d="{}"/>)", name(confidence), path);
}

std::string error_lines(std::span<const Answer> worst, const Projection& project) {
    std::string svg = R"(<g class="worst">)";
    for (std::size_t number = worst.size(); number > 0; --number) {  // the first on top
        const Answer& answer = worst[number - 1];
        const Pixel from = project(answer.truth.position), to = project(answer.point.position());
        svg += fmt::format(R"(<line x1="{0:.1f}" y1="{1:.1f}" x2="{2:.1f}" y2="{3:.1f}"/>)"
                           R"(<circle cx="{0:.1f}" cy="{1:.1f}" r="9"><title>{5:.0f} m off</title></circle>)"
                           R"(<text x="{0:.1f}" y="{1:.1f}" dy="3.5">{4}</text>)",
                           from.x, from.y, to.x, to.y, number, answer.error_m);
    }
    return svg + "</g>";
}

}  // namespace

MapDrawing map_drawing(std::span<const Answer> answers, std::span<const Answer> worst, const CellTable& cells) {
    Box known;
    for (const Answer& answer : answers) known.include(answer.truth.position);
    const Projection project(known);
    const SiteDrawing sites = site_drawing(cells, project);
    MapDrawing map{.svg = fmt::format(R"(<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="Map">)",
                                      Projection::width, project.height()),
                   .answers = answers.size()};
    map.svg += sites.svg;
    map.sites = sites.sites;
    map.sites_drawn = sites.drawn;
    map.any_antenna = sites.any_antenna;
    map.any_learnt = sites.any_learnt;
    map.svg += radii(answers, project);
    map.svg += truth_paths(answers, project);
    for (const auto confidence : {Confidence::none, Confidence::low, Confidence::medium, Confidence::high})
        map.svg += dots(answers, confidence, project);
    map.svg += error_lines(worst, project) + scale_and_north(project) + "</svg>";
    map.answers_off_map = static_cast<std::size_t>(std::ranges::count_if(
        answers, [&](const Answer& answer) { return !project.shows(project(answer.point.position())); }));
    return map;
}

}  // namespace simtrail::report
