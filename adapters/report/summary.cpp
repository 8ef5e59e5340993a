#include "adapters/report/summary.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace simtrail::report {

namespace {

using Json = nlohmann::ordered_json;

/// As Python's round(): to the nearest, judged by the exact binary value.
double rounded(double value, int decimals) {
    return std::strtod(fmt::format("{:.{}f}", value, decimals).c_str(), nullptr);
}

void put_accuracy(Json& json, const std::optional<Accuracy>& accuracy) {
    const auto value = [&accuracy](auto of, int decimals) {
        return accuracy ? Json(rounded(of(*accuracy), decimals)) : Json(nullptr);
    };
    json["median"] = value([](const Accuracy& a) { return a.error.p50; }, 1);
    json["p67"] = value([](const Accuracy& a) { return a.error.p67; }, 1);
    json["p90"] = value([](const Accuracy& a) { return a.error.p90; }, 1);
    json["p95"] = value([](const Accuracy& a) { return a.error.p95; }, 1);
    json["coverage95"] = value([](const Accuracy& a) { return a.coverage95; }, 4);
    json["medianRadius95"] = value([](const Accuracy& a) { return a.radius.p50; }, 1);
    json["p99"] = value([](const Accuracy& a) { return a.error.p99; }, 1);
    json["coverage50"] = value([](const Accuracy& a) { return a.coverage50; }, 4);
    json["coverage67"] = value([](const Accuracy& a) { return a.coverage67; }, 4);
    json["p67Radius95"] = value([](const Accuracy& a) { return a.radius.p67; }, 1);
    json["p95Radius95"] = value([](const Accuracy& a) { return a.radius.p95; }, 1);
    json["radiusScore"] = value([](const Accuracy& a) { return a.radius_score_m; }, 1);
    json["errorOverRadius"]["median"] = value([](const Accuracy& a) { return a.error_over_radius.p50; }, 4);
    json["errorOverRadius"]["p67"] = value([](const Accuracy& a) { return a.error_over_radius.p67; }, 4);
    json["errorOverRadius"]["p95"] = value([](const Accuracy& a) { return a.error_over_radius.p95; }, 4);
}

Json group_json(const Context::Group& group) {
    Json json;
    json["answers"] = group.accuracy ? group.accuracy->answers : 0;
    put_accuracy(json, group.accuracy);
    return json;
}

/// By error reason the published key holds counts alone; the accuracy of the reasons that occur stands beside it.
void put_reasons(Json& json, const Context& reasons) {
    for (const Context::Group& group : reasons.groups)
        json[std::string(by_error_reason)][std::string(group.name)] = group.accuracy ? group.accuracy->answers : 0;
    json["errorReasons"] = Json::object();
    for (const Context::Group& group : reasons.groups)
        if (group.accuracy) json["errorReasons"][std::string(group.name)] = group_json(group);
}

Json evaluation_json(const Evaluation& evaluation) {
    Json json;
    if (!evaluation.name.empty()) json["set"] = evaluation.name;
    json["truths"] = evaluation.truths;
    json["answered"] = evaluation.truths == 0 ? Json(nullptr) : Json(rounded(evaluation.answered(), 4));
    put_accuracy(json, evaluation.all);
    for (const Context& context : evaluation.contexts) {
        if (context.key == by_error_reason)
            put_reasons(json, context);
        else
            for (const Context::Group& group : context.groups)
                json[std::string(context.key)][std::string(group.name)] = group_json(group);
    }
    for (const Evaluation& set : evaluation.sets) json["sets"].push_back(evaluation_json(set));
    return json;
}

Json difference_json(const std::optional<Difference>& difference) {
    if (!difference) return nullptr;
    return {{"difference", rounded(difference->value, 1)},
            {"low", rounded(difference->low, 1)},
            {"high", rounded(difference->high, 1)}};
}

Json side_json(const std::optional<Accuracy>& accuracy) {
    Json json;
    put_accuracy(json, accuracy);
    return json;
}

Json groups_json(const std::vector<Comparison::Group>& groups) {
    Json list = Json::array();
    for (const Comparison::Group& group : groups)
        list.push_back({{"context", group.context},
                        {"name", group.name},
                        {"answers", group.first.answers},
                        {"first", side_json(group.first)},
                        {"second", side_json(group.second)}});
    return list;
}

Json comparison_json(const Comparison& c) {
    Json json;
    json["both"] = c.both;
    json["onlyFirst"] = c.only_first;
    json["onlySecond"] = c.only_second;
    json["first"] = side_json(c.first);
    json["second"] = side_json(c.second);
    json["differences"] = {{"median", difference_json(c.median)},
                           {"p67", difference_json(c.p67)},
                           {"p95", difference_json(c.p95)},
                           {"radiusScore", difference_json(c.radius_score)}};
    for (const auto& margin : c.margins)
        json["betterBy"].push_back({{"metres", margin.metres},
                                    {"first", rounded(margin.first_better, 4)},
                                    {"second", rounded(margin.second_better, 4)}});
    json["signTest"] = {{"firstBetter", c.sign_test.first_better},
                        {"secondBetter", c.sign_test.second_better},
                        {"same", c.sign_test.same},
                        {"p", c.sign_test.p}};
    json["contexts"] = groups_json(c.groups);
    return json;
}

std::string table_row(std::string_view label, const Accuracy& a) {
    return fmt::format("  {:<20}{:>9}{:>10.1f}{:>10.1f}{:>10.1f}{:>10.1f}{:>8.1f} %{:>8.1f} %{:>8.1f} %{:>10.1f}\n",
                       label, a.answers, a.error.p50, a.error.p67, a.error.p90, a.error.p95, 100 * a.coverage50,
                       100 * a.coverage67, 100 * a.coverage95, a.radius.p50);
}

std::string table_head(std::string_view label) {
    return fmt::format("\n  {:<20}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", label, "answers",
                       "median m", "p67 m", "p90 m", "p95 m", "in r50", "in r67", "in r95", "radius m");
}

}  // namespace

std::string summary_json(const Evaluation& evaluation) { return evaluation_json(evaluation).dump() + "\n"; }

std::string summary_json(const Evaluation& evaluation, const Comparison& comparison) {
    Json json = evaluation_json(evaluation);
    json["against"] = comparison_json(comparison);
    return json.dump() + "\n";
}

std::string summary_table(const Evaluation& evaluation) {
    std::string table = fmt::format("{} known positions, {} answered ({:.1f} %)\n", evaluation.truths,
                                    evaluation.answers.size(), 100 * evaluation.answered());
    if (!evaluation.all) return table;
    table += table_head("") + table_row("all", *evaluation.all);
    if (!evaluation.sets.empty()) {
        table += table_head("set");
        for (const Evaluation& set : evaluation.sets)
            if (set.all) table += table_row(set.name, *set.all);
    }
    for (const Context& context : evaluation.contexts) {
        std::string rows;
        for (const Context::Group& group : context.groups)
            if (group.accuracy) rows += table_row(group.name, *group.accuracy);
        if (!rows.empty()) table += table_head(context.title) + rows;
    }
    return table;
}

}  // namespace simtrail::report
