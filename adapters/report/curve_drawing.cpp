#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "adapters/report/axes.hpp"
#include "adapters/report/drawings.hpp"

namespace simtrail::report {

namespace {

constexpr std::size_t most_steps = 500;  // of a curve: finer than it can be seen

std::vector<double> sorted_errors(const AnswerList& answers) {
    std::vector<double> errors;
    errors.reserve(answers.size());
    for (const Answer* answer : answers) errors.push_back(answer->error_m);
    std::ranges::sort(errors);
    return errors;
}

/// Where errors lie on the logarithmic axis.
class ErrorAxis {
   public:
    explicit ErrorAxis(const std::vector<std::vector<double>>& curves)
        : scale_(least(curves), std::max(least(curves), most(curves))) {}

    double x(double error_m) const noexcept { return frame.left + frame.width * scale_.part(error_m); }
    std::string grid() const { return share_grid_y(frame) + log_grid_x(scale_, frame, "error, metres (logarithmic)"); }

    static constexpr Frame frame{};

   private:
    /// What is nearer than nearly all, is near enough.
    static double least(const std::vector<std::vector<double>>& curves) {
        double least = 1e6;
        for (const auto& errors : curves) least = std::min(least, errors[errors.size() / 50]);
        return std::max(1.0, least);
    }
    static double most(const std::vector<std::vector<double>>& curves) {
        double most = 1;
        for (const auto& errors : curves) most = std::max(most, errors.back());
        return most;
    }

    LogScale scale_;
};

std::string mark(const ErrorAxis& axis, std::string_view label, double error_m, double share) {
    const double y = share_y(share, ErrorAxis::frame);
    return fmt::format(
        R"(<path class="mark" d="M{0:.1f} {1}V{2:.1f}"/><circle class="mark" cx="{0:.1f}" cy="{2:.1f}" r="4"/>)"
        R"(<text class="mark" x="{3:.1f}" y="{4:.1f}">{5} {6:.0f} m</text>)",
        axis.x(error_m), ErrorAxis::frame.bottom(), y, axis.x(error_m) + 8, y + 16, label, error_m);
}

std::string curve(const ErrorAxis& axis, const std::vector<double>& errors, std::size_t number) {
    const Frame& frame = ErrorAxis::frame;
    std::string path = fmt::format("M{} {}", frame.left, frame.bottom());
    for (std::size_t i = 0; i < errors.size(); i += stride(errors.size(), most_steps))
        path += fmt::format("L{:.1f} {:.1f}", axis.x(errors[i]),
                            share_y(static_cast<double>(i + 1) / static_cast<double>(errors.size()), frame));
    path += fmt::format("L{:.1f} {}", axis.x(errors.back()), frame.top);
    return fmt::format(R"(<path class="cdf line{}" d="{}"/>)", number % series_colours, path);
}

}  // namespace

std::string curve_drawing(std::span<const Series> series) {
    std::vector<std::vector<double>> curves;
    for (const Series& one : series) curves.push_back(sorted_errors(one.answers));
    const ErrorAxis axis(curves);
    std::string svg = open_chart("Share of answers within each error") + axis.grid();
    for (std::size_t i = curves.size(); i-- > 0;) svg += curve(axis, curves[i], i);  // the first on top
    const Quantiles first = quantiles_of(curves.front());
    return svg + mark(axis, "median", first.p50, 0.5) + mark(axis, "p67", first.p67, 0.67) +
           mark(axis, "p95", first.p95, 0.95) + "</svg>" + series_legend(series);
}

std::string series_legend(std::span<const Series> series) {
    if (series.size() < 2) return "";
    std::string html = R"(<div class="legend">)";
    for (std::size_t i = 0; i < series.size(); ++i)
        html += fmt::format(R"(<span class="line{}"><i></i>{} ({})</span>)", i % series_colours,
                            escaped(series[i].name), series[i].answers.size());
    return html + "</div>";
}

}  // namespace simtrail::report
