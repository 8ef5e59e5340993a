#include "adapters/report/html_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include "adapters/exports/iso_time.hpp"
#include "adapters/exports/reason_list.hpp"
#include "adapters/report/drawings.hpp"
#include "adapters/report/page_style.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail::report {

namespace {

constexpr std::size_t worst_cases = 12;

/// A vehicle that stands badly located for an hour is one case.
bool is_same_case(const Answer& a, const Answer& b) noexcept {
    constexpr std::int64_t same_time_ms = 600'000;
    constexpr double same_place_m = 300;
    return a.truth.msisdn == b.truth.msisdn && (std::abs(a.truth.ts_ms - b.truth.ts_ms) < same_time_ms ||
                                                distance_m(a.truth.position, b.truth.position) < same_place_m);
}

/// The worst cases, each by its worst answer.
std::vector<Answer> worst_of(const Evaluation& evaluation) {
    std::vector<Answer> all = evaluation.answers;
    std::ranges::sort(all, std::ranges::less{}, [](const Answer& answer) {
        return std::tuple(-answer.error_m, answer.truth.msisdn, answer.truth.ts_ms);
    });
    std::vector<Answer> worst;
    for (const Answer& answer : all) {
        if (worst.size() == worst_cases) break;
        if (std::ranges::none_of(worst, [&](const Answer& known) { return is_same_case(known, answer); }))
            worst.push_back(answer);
    }
    return worst;
}

std::string tile(std::string_view value, std::string_view label) {
    return fmt::format(R"(<div class="tile"><b>{}</b><span>{}</span></div>)", value, label);
}

std::string tiles(const Accuracy& all) {
    return R"(<div class="tiles">)" + tile(fmt::format("{:.0f} m", all.median), "median error") +
           tile(fmt::format("{:.0f} m", all.p67), "67 % within") +
           tile(fmt::format("{:.0f} m", all.p95), "95 % within") +
           tile(fmt::format("{:.1f} %", 100 * all.coverage95), "truth within stated radius") +
           tile(fmt::format("{:.0f} m", all.median_radius95), "median stated radius") + "</div>";
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

std::string map_section(const Evaluation& evaluation, std::span<const Answer> worst, const CellTable& cells) {
    const MapDrawing map = map_drawing(evaluation.answers, worst, cells);
    return map.svg + legend(map) + notes(map);
}

std::string accuracy_row(std::string_view label, const Accuracy& a) {
    return fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{:.1f}</td><td>{:.1f}</td><td>{:.1f}</td><td>{:.1f}</td>"
        "<td>{:.1f} %</td><td>{:.1f}</td></tr>",
        label, a.answers, a.median, a.p67, a.p90, a.p95, 100 * a.coverage95, a.median_radius95);
}

std::string accuracy_table(const Evaluation& evaluation) {
    std::string html =
        "<table><tr><th>confidence</th><th>answers</th><th>median m</th><th>p67 m</th><th>p90 m</th>"
        "<th>p95 m</th><th>in radius</th><th>median radius m</th></tr>";
    for (std::size_t i = confidence_names.size(); i-- > 0;)
        if (evaluation.by_confidence[i]) html += accuracy_row(confidence_names[i], *evaluation.by_confidence[i]);
    return html + accuracy_row("all", *evaluation.all) + "</table>";
}

std::string worst_table(std::span<const Answer> worst) {
    std::string html = R"(<table><tr><th>#</th><th class="t">subscriber</th><th class="t">time</th><th>error m</th>)"
                       R"(<th>radius m</th><th class="t">confidence</th><th class="t">reasons</th></tr>)";
    int number = 0;
    for (const Answer& answer : worst) {
        std::string time, reasons;
        exports::append_iso_time(time, answer.truth.ts_ms);
        exports::append_reason_list(reasons, answer.point.reasons, ' ');
        html += fmt::format(R"(<tr><td>{}</td><td class="t">{}</td><td class="t">{}</td><td>{:.0f}</td><td>{}</td>)"
                            R"(<td class="t">{}</td><td class="t">{}</td></tr>)",
                            ++number, answer.truth.msisdn.masked(), time, answer.error_m, answer.point.accuracy_m,
                            name(answer.point.confidence), reasons);
    }
    return html + "</table>";
}

std::string section(std::string_view title, std::string_view body) {
    return fmt::format("<section><h2>{}</h2>{}</section>\n", title, body);
}

std::string body(const Evaluation& evaluation, const CellTable& cells) {
    if (!evaluation.all) return "<p>No position was answered: there is nothing to draw.</p>";
    const auto worst = worst_of(evaluation);
    return tiles(*evaluation.all) + section("Map", map_section(evaluation, worst, cells)) +
           section("How far off", curve_drawing(evaluation)) + section("By confidence", accuracy_table(evaluation)) +
           section("The worst", worst_table(worst));
}

}  // namespace

std::string html_report(const Evaluation& evaluation, const CellTable& cells) {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>simtrail: accuracy</title>"
        "<style>{}</style>\n<main><h1>How accurate the traces are</h1>"
        "<p>{} known positions, {} answered ({:.1f} %)</p>{}</main></html>\n",
        page_style, evaluation.truths, evaluation.answers.size(), 100 * evaluation.answered(), body(evaluation, cells));
}

}  // namespace simtrail::report
