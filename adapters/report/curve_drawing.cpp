#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "adapters/report/drawings.hpp"

namespace simtrail::report {

namespace {

constexpr double left = 56, top = 16, width = 920, height = 260;

/// A step of 1, 2 or 5 times a power of ten that divides `span` into five to twelve.
double tick_step(double span) noexcept {
    const double power = std::pow(10, std::floor(std::log10(span / 5)));
    for (const double step : {5.0, 2.0})
        if (span / (step * power) >= 5) return step * power;
    return power;
}

class Axes {
   public:
    explicit Axes(double longest_m) noexcept : longest_m_(longest_m) {}
    double x(double error_m) const noexcept { return left + width * error_m / longest_m_; }
    static double y(double share) noexcept { return top + height * (1 - share); }

    std::string grid() const {
        std::string svg;
        for (const int percent : {0, 25, 50, 75, 100})
            svg += fmt::format(R"(<path class="grid" d="M{} {:.1f}h{}"/><text class="y" x="48" y="{:.1f}">{} %</text>)",
                               left, y(percent / 100.0), width, y(percent / 100.0) + 4, percent);
        const double step = tick_step(longest_m_);
        for (double tick = 0; tick <= longest_m_; tick += step)
            svg += fmt::format(R"(<text class="x" x="{:.1f}" y="{}">{:g}</text>)", x(tick), top + height + 18, tick);
        return svg + fmt::format(R"(<text class="x" x="{}" y="{}">error, metres</text>)", left + width / 2,
                                 top + height + 36);
    }

   private:
    double longest_m_;
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
    for (const Answer& answer : evaluation.answers) errors.push_back(answer.error_m);
    std::ranges::sort(errors);
    const Accuracy& all = *evaluation.all;
    const double longest =
        std::max(1.0, std::min(errors.back(), all.p95 * 1.3));  // the tail beyond would flatten the rest
    const Axes axes(longest);

    std::string path = fmt::format("M{} {}", left, top + height);
    for (std::size_t i = 0; i < errors.size() && errors[i] <= longest; i += stride(errors.size(), 500))
        path += fmt::format("L{:.1f} {:.1f}", axes.x(errors[i]),
                            Axes::y(static_cast<double>(i + 1) / static_cast<double>(errors.size())));
    return R"(<svg class="curve" viewBox="0 0 1000 320" role="img" aria-label="Error curve">)" + axes.grid() +
           fmt::format(R"(<path class="cdf" d="{}"/>)", path) + mark(axes, "median", all.median, 0.5) +
           mark(axes, "p67", all.p67, 0.67) + mark(axes, "p95", all.p95, 0.95) + "</svg>";
}

}  // namespace simtrail::report
