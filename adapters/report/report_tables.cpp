#include "adapters/report/report_tables.hpp"

#include <fmt/format.h>

#include <array>

#include "adapters/exports/iso_time.hpp"
#include "adapters/exports/reason_list.hpp"
#include "adapters/report/drawings.hpp"

namespace simtrail::report {

namespace {

std::string header(std::string_view first) {
    return fmt::format(
        "<table><tr><th>{}</th><th>answers</th><th>median m</th><th>p67 m</th><th>p90 m</th><th>p95 m</th>"
        "<th>in 50 %</th><th>in 67 %</th><th>in 95 %</th><th>median radius m</th><th>radius score m</th></tr>",
        first);
}

std::string row(std::string_view label, const Accuracy& a) {
    return fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{:.1f}</td><td>{:.1f}</td><td>{:.1f}</td><td>{:.1f}</td>"
        "<td>{:.1f} %</td><td>{:.1f} %</td><td>{:.1f} %</td><td>{:.1f}</td><td>{:.0f}</td></tr>",
        label, a.answers, a.error.p50, a.error.p67, a.error.p90, a.error.p95, 100 * a.coverage50, 100 * a.coverage67,
        100 * a.coverage95, a.radius.p50, a.radius_score_m);
}

}  // namespace

std::string context_table(const Context& context, const Accuracy& all) {
    std::string html = header(context.title);
    for (const Context::Group& group : context.groups)
        if (group.accuracy) html += row(group.name, *group.accuracy);
    return html + row("all", all) + "</table>";
}

std::string set_table(const Evaluation& evaluation) {
    std::string html = header("set");
    for (const Evaluation& set : evaluation.sets)
        html += set.all ? row(escaped(set.name), *set.all)
                        : fmt::format(R"(<tr><td>{}</td><td>0</td><td colspan="9"></td></tr>)", escaped(set.name));
    return html + row("all", *evaluation.all) + "</table>";
}

std::string coverage_table(const Accuracy& all) {
    struct Line {
        double share, held, parts;
    };
    const std::array lines{Line{0.5, all.coverage50, all.error_over_radius.p50},
                           Line{0.67, all.coverage67, all.error_over_radius.p67},
                           Line{0.95, all.coverage95, all.error_over_radius.p95}};
    std::string html =
        "<table><tr><th>promised</th><th>held</th><th>part of the 95 % radius</th><th>that would have held</th></tr>";
    for (const Line& line : lines)
        html += fmt::format("<tr><td>{:.0f} %</td><td>{:.1f} %</td><td>{:.3f}</td><td>{:.3f}</td></tr>",
                            100 * line.share, 100 * line.held, part_of_radius(line.share), line.parts);
    return html + "</table>";
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

}  // namespace simtrail::report
