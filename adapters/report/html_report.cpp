#include "adapters/report/html_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/report/drawings.hpp"
#include "adapters/report/page_style.hpp"
#include "adapters/report/report_tables.hpp"
#include "adapters/report/worst_cases.hpp"

namespace simtrail::report {

namespace {

constexpr std::size_t least_for_a_curve = 20;  // fewer answers draw a staircase

std::string tile(std::string_view value, std::string_view label) {
    return fmt::format(R"(<div class="tile"><b>{}</b><span>{}</span></div>)", value, label);
}

std::string tiles(const Accuracy& all) {
    return R"(<div class="tiles">)" + tile(fmt::format("{:.0f} m", all.error.p50), "median error") +
           tile(fmt::format("{:.0f} m", all.error.p67), "67 % within") +
           tile(fmt::format("{:.0f} m", all.error.p95), "95 % within") +
           tile(fmt::format("{:.1f} %", 100 * all.coverage95), "truth within stated radius") +
           tile(fmt::format("{:.0f} m", all.radius.p50), "median stated radius") + "</div>";
}

std::string legend(const MapDrawing& map) {
    std::string html = R"html(<div class="legend"><span style="--c:var(--truth)"><i></i>known position</span>
<span class="high"><i></i>high confidence</span><span class="medium"><i></i>medium</span>
<span class="low"><i></i>low</span><span class="none"><i></i>none</span>
<span style="--c:var(--worst)"><i></i>the worst, numbered as below</span><span>circles: 95 % radii of some answers</span>)html";
    if (map.any_antenna) html += R"(<span class="site"><i></i>site</span>)";
    if (map.any_learnt) html += R"(<span class="learnt"><i></i>learnt centre of a cell</span>)";
    return html + "</div>";
}

/// What the map does not show.
std::string notes(const MapDrawing& map) {
    std::string html;
    if (map.answers_off_map > 0)
        html +=
            fmt::format(R"(<p class="note">{} of {} answers lie off the map, which ends with the known positions.</p>)",
                        map.answers_off_map, map.answers);
    if (map.sites_drawn < map.sites)
        html += fmt::format(R"(<p class="note">{} of {} sites are drawn.</p>)", map.sites_drawn, map.sites);
    return html;
}

std::string section(std::string_view title, std::string_view body) {
    return fmt::format("<section><h2>{}</h2>{}</section>\n", title, body);
}

/// Of one set: two may be a continent apart.
std::string map_section(const Evaluation& set, const CellTable& cells) {
    const auto worst = worst_of(set);
    const MapDrawing map = map_drawing(set.answers, worst, cells);
    const std::string title = set.name.empty() ? "Map" : "Map of " + escaped(set.name);
    std::string cases = R"(<div class="cases">)";
    for (std::size_t i = 0; i < worst.size(); ++i) cases += case_drawing(worst[i], i + 1);
    return section(title, map.svg + legend(map) + notes(map)) +
           section("The worst",
                   cases + R"(</div><p class="note">Known position (ring), answer (dot) and its 95 % radius.</p>)" +
                       worst_table(worst));
}

std::string maps(const Evaluation& evaluation, const CellTable& cells) {
    if (evaluation.sets.empty()) return map_section(evaluation, cells);
    std::string html;
    for (const Evaluation& set : evaluation.sets)
        if (set.all) html += map_section(set, cells);
    return html;
}

/// All answers; then those of each fallback level that is not nearly all.
std::vector<Series> curves_of(const Evaluation& evaluation) {
    std::vector<Series> series(1, {"all", {}});
    for (const Answer& answer : evaluation.answers) series.front().answers.push_back(&answer);
    const auto kinds = context_kinds();
    const auto& fallback = *std::ranges::find(kinds, by_fallback, &ContextKind::key);
    for (std::size_t i = 0; i < fallback.names.size(); ++i) {
        Series level{std::string(fallback.names[i]), {}};
        for (const Answer& answer : evaluation.answers)
            if (fallback.belongs(answer, i)) level.answers.push_back(&answer);
        if (level.answers.size() >= least_for_a_curve && 10 * level.answers.size() < 9 * evaluation.answers.size())
            series.push_back(std::move(level));
    }
    return series;
}

std::string context_sections(const Evaluation& evaluation) {
    std::string html;
    for (const Context& context : evaluation.contexts)
        if (std::ranges::any_of(context.groups, [](const auto& group) { return group.accuracy.has_value(); }))
            html += section("By " + std::string(context.title), context_table(context, *evaluation.all));
    return html;
}

std::string body(const Evaluation& evaluation, const CellTable& cells, const std::string& comparison) {
    if (!evaluation.all) return "<p>No position was answered: there is nothing to draw.</p>";
    const auto curves = curves_of(evaluation);
    std::string html = tiles(*evaluation.all);
    if (!evaluation.sets.empty()) html += section("By set", set_table(evaluation));
    return html + comparison + section("How far off", curve_drawing(curves)) +
           section(
               "Whether the radii hold",
               calibration_drawing(curves) +
                   R"(<p class="note">Dashed: what the radius promises, 1 &#8722; 0.05 to the power of the part.</p>)" +
                   coverage_table(*evaluation.all)) +
           section("Error against radius", scatter_drawing(evaluation) +
                                               R"(<p class="note">Dots: answers by confidence; 95 of 100 should lie )"
                                               "below the dashed line. Red: the error that 95 % stay within, of each "
                                               "tenth of the answers by radius.</p>") +
           maps(evaluation, cells) + context_sections(evaluation);
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string html;
    for (const char c : text) switch (c) {
            case '&': html += "&amp;"; break;
            case '<': html += "&lt;"; break;
            case '>': html += "&gt;"; break;
            case '"': html += "&quot;"; break;
            default: html += c;
        }
    return html;
}

std::string html_report(const Evaluation& evaluation, const CellTable& cells, const std::string& comparison) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width\"/><title>simtrail: accuracy</title>"
        "<style>{}</style></head>\n<body><main><h1>How accurate the traces are</h1>"
        "<p>{} known positions, {} answered ({:.1f} %)</p>{}</main></body></html>\n",
        page_style, evaluation.truths, evaluation.answers.size(), 100 * evaluation.answered(),
        body(evaluation, cells, comparison));
}

}  // namespace simtrail::report
