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

void put(Json& json, const std::optional<Accuracy>& accuracy) {
    const auto metres = [&accuracy](double Accuracy::* quantile) {
        return accuracy ? Json(rounded((*accuracy).*quantile, 1)) : Json(nullptr);
    };
    json["median"] = metres(&Accuracy::median);
    json["p67"] = metres(&Accuracy::p67);
    json["p90"] = metres(&Accuracy::p90);
    json["p95"] = metres(&Accuracy::p95);
    json["coverage95"] = accuracy ? Json(rounded(accuracy->coverage95, 4)) : Json(nullptr);
    json["medianRadius95"] = metres(&Accuracy::median_radius95);
}

std::string table_row(std::string_view label, const Accuracy& accuracy) {
    return fmt::format("  {:<12}{:>9}{:>10.1f}{:>10.1f}{:>10.1f}{:>10.1f}{:>11.1f} %{:>12.1f}\n", label,
                       accuracy.answers, accuracy.median, accuracy.p67, accuracy.p90, accuracy.p95,
                       100 * accuracy.coverage95, accuracy.median_radius95);
}

}  // namespace

std::string summary_json(const Evaluation& evaluation) {
    Json json;
    json["truths"] = evaluation.truths;
    json["answered"] = evaluation.truths == 0 ? Json(nullptr) : Json(rounded(evaluation.answered(), 4));
    put(json, evaluation.all);
    for (std::size_t i = 0; i < confidence_names.size(); ++i) {
        Json& confidence = json["byConfidence"][std::string(confidence_names[i])];
        confidence["answers"] = evaluation.by_confidence[i] ? evaluation.by_confidence[i]->answers : 0;
        put(confidence, evaluation.by_confidence[i]);
    }
    for (std::size_t i = 0; i < error_reason_names.size(); ++i)
        json["byErrorReason"][std::string(error_reason_names[i])] = evaluation.by_reason[i];
    return json.dump() + "\n";
}

std::string summary_table(const Evaluation& evaluation) {
    std::string table = fmt::format("{} known positions, {} answered ({:.1f} %)\n", evaluation.truths,
                                    evaluation.answers.size(), 100 * evaluation.answered());
    if (!evaluation.all) return table;
    table += fmt::format("\n  {:<12}{:>9}{:>10}{:>10}{:>10}{:>10}{:>13}{:>12}\n", "confidence", "answers", "median m",
                         "p67 m", "p90 m", "p95 m", "in radius", "radius m");
    for (std::size_t i = confidence_names.size(); i-- > 0;)
        if (evaluation.by_confidence[i]) table += table_row(confidence_names[i], *evaluation.by_confidence[i]);
    table += table_row("all", *evaluation.all);
    table += "\n  error reason         answers\n";
    for (std::size_t i = 0; i < error_reason_names.size(); ++i)
        if (evaluation.by_reason[i] != 0)
            table += fmt::format("  {:<20}{:>8}\n", error_reason_names[i], evaluation.by_reason[i]);
    return table;
}

}  // namespace simtrail::report
