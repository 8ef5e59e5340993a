#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "adapters/report/drawings.hpp"

namespace simtrail::report {

namespace {

constexpr double left = 56, top = 16, width = 920, height = 260;

/// The 1, 2 or 5 times a power of ten that is next at or below `value`.
double round_down(double value) noexcept {
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {5.0, 2.0})
        if (step * power <= value) return step * power;
    return power;
}

double next_round(double round) noexcept {
    const double leading = round / std::pow(10, std::floor(std::log10(round) + 1e-9));
    return round * (leading > 1.5 && leading < 4 ? 2.5 : 2);
}

/// Errors on a logarithmic scale: a long tail leaves room for the rest.
class Axes {
   public:
    Axes(double few_m, double longest_m) noexcept
        : least_m_(round_down(few_m)), most_m_(next_round(round_down(longest_m))) {}
    double x(double error_m) const noexcept {
        return left + width * std::max(0.0, std::log(error_m / least_m_) / std::log(most_m_ / least_m_));
    }
    static double y(double share) noexcept { return top + height * (1 - share); }

    std::string grid() const {
        std::string svg;
        for (const int percent : {0, 25, 50, 75, 100})
            svg += fmt::format(R"(<path class="grid" d="M{} {:.1f}h{}"/><text class="y" x="48" y="{:.1f}">{} %</text>)",
                               left, y(percent / 100.0), width, y(percent / 100.0) + 4, percent);
        for (double tick = least_m_; tick < most_m_ * 1.01; tick = next_round(tick))
            svg += fmt::format(
                R"(<path class="grid" d="M{0:.1f} {1}v{2}"/><text class="x" x="{0:.1f}" y="{3}">{4:g}</text>)", x(tick),
                top, height, top + height + 18, tick);
        return svg + fmt::format(R"(<text class="x" x="{}" y="{}">error, metres (logarithmic)</text>)",
                                 left + width / 2, top + height + 36);
    }

   private:
    double least_m_, most_m_;
};

std::string mark(const Axes& axes, std::string_view label, double error_m, double share) {
    return fmt::format(
        R"(<path class="mark" d="M{0:.1f} {1}V{2:.1f}"/><circle class="mark" cx="{0:.1f}" cy="{2:.1f}" r="4"/>)"
        R"(<text class="mark" x="{3:.1f}" y="{4:.1f}">{5} {6:.0f} m</text>)",
        axes.x(error_m), top + height, Axes::y(share), axes.x(error_m) + 8, Axes::y(share) + 16, label, error_m);
}

}  // namespace

std::string curve_drawing(const Evaluation& evaluation) {
    std::vector<double> errors;
    errors.reserve(evaluation.answers.size());
    for (const Answer& answer : evaluation.answers) errors.push_back(answer.error_m);
    std::ranges::sort(errors);
    const Accuracy& all = *evaluation.all;
    const double few = std::max(1.0, errors[errors.size() / 50]);  // what is nearer, is near enough
    const Axes axes(few, std::max(few, errors.back()));

    std::string path = fmt::format("M{} {}", left, top + height);
    for (std::size_t i = 0; i < errors.size(); i += stride(errors.size(), 500))
        path += fmt::format("L{:.1f} {:.1f}", axes.x(errors[i]),
                            Axes::y(static_cast<double>(i + 1) / static_cast<double>(errors.size())));
    path += fmt::format("L{:.1f} {}", axes.x(errors.back()), top);
    return R"(<svg class="curve" viewBox="0 0 1000 320" role="img" aria-label="Error curve">)" + axes.grid() +
           fmt::format(R"(<path class="cdf" d="{}"/>)", path) + mark(axes, "median", all.median, 0.5) +
           mark(axes, "p67", all.p67, 0.67) + mark(axes, "p95", all.p95, 0.95) + "</svg>";
}

}  // namespace simtrail::report
