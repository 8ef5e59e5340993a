#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "adapters/report/axes.hpp"
#include "adapters/report/drawings.hpp"

namespace simtrail::report {

namespace {

constexpr Frame scatter_frame{};
constexpr std::size_t most_scatter_dots = 3000;
constexpr std::size_t least_in_band = 20;  // fewer have no 95 % quantile to speak of

double beyond_zero(double metres) noexcept { return std::max(1.0, metres); }

/// Both scales: errors upwards, radii to the right.
struct Scales {
    LogScale radius, error;

    double x(double radius_m) const noexcept {
        return scatter_frame.left + scatter_frame.width * radius.part(beyond_zero(radius_m));
    }
    double y(double error_m) const noexcept {
        return scatter_frame.bottom() - scatter_frame.height * error.part(beyond_zero(error_m));
    }
};

Scales scales_of(const Evaluation& evaluation) {
    const auto [nearest, farthest] = std::ranges::minmax(evaluation.answers, {}, &Answer::error_m);
    const auto radius = [](const Answer& answer) { return answer.point.accuracy_m; };
    const auto [least, most] = std::ranges::minmax(evaluation.answers, {}, radius);
    const auto power_of_ten = [](double metres) { return std::pow(10, std::floor(std::log10(beyond_zero(metres)))); };
    return {LogScale(beyond_zero(least.point.accuracy_m), beyond_zero(most.point.accuracy_m)),
            LogScale(power_of_ten(nearest.error_m), beyond_zero(farthest.error_m))};
}

std::string dots(const Evaluation& evaluation, const Scales& scales, Confidence confidence) {
    std::string path;
    for (std::size_t i = 0; i < evaluation.answers.size(); i += stride(evaluation.answers.size(), most_scatter_dots)) {
        const Answer& answer = evaluation.answers[i];
        if (answer.point.confidence == confidence)
            path += fmt::format("M{:.1f} {:.1f}h0", scales.x(answer.point.accuracy_m), scales.y(answer.error_m));
    }
    return path.empty() ? "" : fmt::format(R"(<path class="dots small {}" d="{}"/>)", name(confidence), path);
}

/// Where error and radius are the same: 95 of 100 dots should lie beneath.
std::string diagonal(const Scales& scales) {
    const double from = std::max(scales.radius.least(), scales.error.least());
    const double to = std::min(scales.radius.most(), scales.error.most());
    if (from >= to) return "";
    return fmt::format(R"(<path class="promise" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>)", scales.x(from), scales.y(from),
                       scales.x(to), scales.y(to));
}

/// The error that 95 % stay within, of each tenth of the answers by radius.
std::string quantile_steps(const Evaluation& evaluation, const Scales& scales) {
    AnswerList by_radius;
    for (const Answer& answer : evaluation.answers) by_radius.push_back(&answer);
    std::ranges::sort(by_radius, {},
                      [](const Answer* answer) { return std::tuple(answer->point.accuracy_m, answer->truth_number); });
    std::string svg;
    for (std::size_t band = 0; band < 10; ++band) {
        const auto first = by_radius.size() * band / 10, last = by_radius.size() * (band + 1) / 10;
        if (last - first < least_in_band) return "";
        std::vector<double> errors;
        for (std::size_t i = first; i < last; ++i) errors.push_back(by_radius[i]->error_m);
        const Answer& middle = *by_radius[(first + last) / 2];
        const double radius = middle.point.accuracy_m;
        svg += fmt::format(R"(<circle class="mark" cx="{:.1f}" cy="{:.1f}" r="4"/>)", scales.x(radius),
                           scales.y(quantiles_of(errors).p95));
    }
    return svg;
}

}  // namespace

std::string scatter_drawing(const Evaluation& evaluation) {
    const Scales scales = scales_of(evaluation);
    std::string svg = open_chart("Errors against stated radii") + log_grid_y(scales.error, scatter_frame) +
                      log_grid_x(scales.radius, scatter_frame, "stated radius, metres; upwards: error, metres");
    for (const auto confidence : {Confidence::none, Confidence::low, Confidence::medium, Confidence::high})
        svg += dots(evaluation, scales, confidence);
    return svg + diagonal(scales) + quantile_steps(evaluation, scales) + "</svg>";
}

}  // namespace simtrail::report
