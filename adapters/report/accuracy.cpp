#include "adapters/report/accuracy.hpp"

#include <algorithm>
#include <cmath>

namespace simtrail::report {

namespace {

double quantile(const std::vector<double>& sorted, double fraction) noexcept {
    const auto index = static_cast<std::size_t>(fraction * static_cast<double>(sorted.size()));
    return sorted[std::min(sorted.size() - 1, index)];
}

template <class Value>
std::vector<double> each(const AnswerList& answers, Value value) {
    std::vector<double> values;
    values.reserve(answers.size());
    for (const Answer* answer : answers) values.push_back(value(*answer));
    return values;
}

double mean_radius_score(const AnswerList& answers) noexcept {
    double sum = 0;
    for (const Answer* answer : answers) sum += answer->radius_score_m();
    return sum / static_cast<double>(answers.size());
}

}  // namespace

double Answer::error_over_radius() const noexcept { return error_m / std::max<double>(1, point.accuracy_m); }

double Answer::radius_score_m() const noexcept {
    constexpr double beyond_counts = 1 / 0.05;
    return point.accuracy_m + beyond_counts * std::max(0.0, error_m - point.accuracy_m);
}

double promised_share(double parts_of_radius) noexcept { return 1 - std::pow(0.05, parts_of_radius); }

double part_of_radius(double share) noexcept { return std::log(1 - share) / std::log(0.05); }

Quantiles quantiles_of(std::vector<double> values) {
    if (values.empty()) return {};
    std::ranges::sort(values);
    return {quantile(values, 0.5), quantile(values, 0.67), quantile(values, 0.9), quantile(values, 0.95),
            quantile(values, 0.99)};
}

std::optional<Accuracy> accuracy_of(const AnswerList& answers) {
    if (answers.empty()) return std::nullopt;
    const auto inside = static_cast<double>(
        std::ranges::count_if(answers, [](const Answer* answer) { return answer->inside_radius(); }));
    return Accuracy{
        .answers = answers.size(),
        .error = quantiles_of(each(answers, [](const Answer& answer) { return answer.error_m; })),
        .radius = quantiles_of(
            each(answers, [](const Answer& answer) { return static_cast<double>(answer.point.accuracy_m); })),
        .error_over_radius = quantiles_of(each(answers, [](const Answer& a) { return a.error_over_radius(); })),
        .coverage50 = share_within(answers, part_of_radius(0.5)),
        .coverage67 = share_within(answers, part_of_radius(0.67)),
        .coverage95 = inside / static_cast<double>(answers.size()),
        .radius_score_m = mean_radius_score(answers),
    };
}

double share_within(const AnswerList& answers, double parts_of_radius) noexcept {
    const auto within = std::ranges::count_if(
        answers, [=](const Answer* answer) { return answer->error_m <= parts_of_radius * answer->point.accuracy_m; });
    return static_cast<double>(within) / static_cast<double>(answers.size());
}

}  // namespace simtrail::report
