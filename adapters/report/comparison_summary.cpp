#include "adapters/report/comparison_summary.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "adapters/report/drawings.hpp"

namespace simtrail::report {

namespace {

struct Line {
    std::string_view label;
    double first, second;
    Difference difference;
};

/// Precondition: some truths were answered by both.
std::array<Line, 4> lines_of(const Comparison& c) {
    return {Line{"median m", c.first->error.p50, c.second->error.p50, *c.median},
            Line{"p67 m", c.first->error.p67, c.second->error.p67, *c.p67},
            Line{"p95 m", c.first->error.p95, c.second->error.p95, *c.p95},
            Line{"radius score m", c.first->radius_score_m, c.second->radius_score_m, *c.radius_score}};
}

std::string_view verdict(const Difference& difference) {
    if (!difference.is_clear()) return "may be chance";
    return difference.value < 0 ? "first better" : "second better";
}

std::string sign_test_sentence(const Comparison::SignTest& test) {
    return fmt::format(
        "{} drives: in {} the first has the smaller median error, in {} the second, in {} neither (p {:.2g}).",
        test.first_better + test.second_better + test.same, test.first_better, test.second_better, test.same, test.p);
}

std::string answered_sentence(const Comparison& c) {
    return fmt::format("{} truths answered by both, {} by the first alone, {} by the second alone.", c.both,
                       c.only_first, c.only_second);
}

Series series_of(std::string name, const Evaluation& evaluation) {
    Series series{std::move(name), {}};
    for (const Answer& answer : evaluation.answers) series.answers.push_back(&answer);
    return series;
}

std::string figures_table(const Comparison& comparison) {
    std::string html =
        "<table><tr><th></th><th>first</th><th>second</th><th>difference</th><th>95 of 100 resamplings</th>"
        "<th class=\"t\"></th></tr>";
    for (const Line& line : lines_of(comparison))
        html += fmt::format(
            R"(<tr><td>{}</td><td>{:.1f}</td><td>{:.1f}</td><td>{:+.1f}</td><td>{:+.1f} to {:+.1f}</td><td class="t">{}</td></tr>)",
            line.label, line.first, line.second, line.difference.value, line.difference.low, line.difference.high,
            verdict(line.difference));
    html += fmt::format("<tr><td>in 95 % radius</td><td>{:.1f} %</td><td>{:.1f} %</td><td></td><td></td><td></td></tr>",
                        100 * comparison.first->coverage95, 100 * comparison.second->coverage95);
    for (const auto& margin : comparison.margins)
        html += fmt::format(
            "<tr><td>better by more than {:.0f} m</td><td>{:.1f} %</td><td>{:.1f} %</td><td></td><td></td>"
            "<td></td></tr>",
            margin.metres, 100 * margin.first_better, 100 * margin.second_better);
    return html + "</table>";
}

std::string groups_table(const Comparison& comparison) {
    std::string html = R"(<table><tr><th>context of the first</th><th class="t"></th><th>answers</th><th>median m</th>)"
                       "<th>second</th><th>p95 m</th><th>second</th><th>in 95 %</th><th>second</th></tr>";
    for (const Comparison::Group& group : comparison.groups)
        html += fmt::format(
            R"(<tr><td>{}</td><td class="t">{}</td><td>{}</td><td>{:.1f}</td><td>{:.1f}</td><td>{:.1f}</td>)"
            "<td>{:.1f}</td><td>{:.1f} %</td><td>{:.1f} %</td></tr>",
            group.context, group.name, group.first.answers, group.first.error.p50, group.second.error.p50,
            group.first.error.p95, group.second.error.p95, 100 * group.first.coverage95, 100 * group.second.coverage95);
    return html + "</table>";
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
    std::string text = "\nAgainst the second:\n" + answered_sentence(comparison) + "\n";
    if (comparison.both == 0) return text;
    text += fmt::format("\n  {:<20}{:>10}{:>10}{:>12}   {}\n", "", "first", "second", "difference",
                        "95 of 100 resamplings");
    for (const Line& line : lines_of(comparison))
        text += fmt::format("  {:<20}{:>10.1f}{:>10.1f}{:>+12.1f}   {:+.1f} to {:+.1f}, {}\n", line.label, line.first,
                            line.second, line.difference.value, line.difference.low, line.difference.high,
                            verdict(line.difference));
    text += fmt::format("  {:<20}{:>9.1f}%{:>9.1f}%\n", "in 95 % radius", 100 * comparison.first->coverage95,
                        100 * comparison.second->coverage95);
    for (const auto& margin : comparison.margins)
        text += fmt::format("  better by > {:<8}{:>9.1f}%{:>9.1f}%\n", fmt::format("{:.0f} m", margin.metres),
                            100 * margin.first_better, 100 * margin.second_better);
    return text + sign_test_sentence(comparison.sign_test) + "\n";
}

std::string comparison_html(const Comparison& comparison, const Evaluation& first, const Evaluation& second) {
    std::string html =
        "<section><h2>Against the second</h2><p class=\"note\">" + answered_sentence(comparison) + "</p>";
    if (comparison.both == 0) return html + "</section>";
    const std::array series{series_of("first", first), series_of("second", second)};
    html += figures_table(comparison) + "<p class=\"note\">" + sign_test_sentence(comparison.sign_test) + "</p>";
    html += curve_drawing(series) + calibration_drawing(series);
    return html + "</section>\n<section><h2>Against the second, by context</h2>" + groups_table(comparison) +
           "</section>\n";
}

}  // namespace simtrail::report
