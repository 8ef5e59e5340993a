#include <fmt/format.h>

#include <algorithm>

#include "adapters/report/axes.hpp"
#include "adapters/report/drawings.hpp"

namespace simtrail::report {

namespace {

constexpr Frame frame{};
constexpr double most_parts = 2;  // twice the radius: what lies beyond is in the table of the worst
constexpr int steps = 80;

double x(double parts) noexcept { return frame.left + frame.width * parts / most_parts; }

template <class Share>
std::string path(Share share_at) {
    std::string d;
    for (int i = 0; i <= steps; ++i) {
        const double parts = most_parts * i / steps;
        d += fmt::format("{}{:.1f} {:.1f}", i == 0 ? 'M' : 'L', x(parts), share_y(share_at(parts), frame));
    }
    return d;
}

std::string grid() {
    std::string svg = share_grid_y(frame);
    for (int fifth = 0; fifth <= 10; ++fifth)
        svg +=
            fmt::format(R"(<path class="grid" d="M{0:.1f} {1}v{2}"/><text class="x" x="{0:.1f}" y="{3}">{4:g}</text>)",
                        x(fifth / 5.0), frame.top, frame.height, frame.bottom() + 18, fifth / 5.0);
    return svg + fmt::format(R"(<text class="x" x="{}" y="{}">error in parts of the stated 95 % radius</text>)",
                             frame.left + frame.width / 2, frame.bottom() + 36);
}

std::string promise_mark(double share, std::string_view label) {
    const double at = x(part_of_radius(share)), y = share_y(share, frame);
    return fmt::format(R"(<circle class="mark" cx="{0:.1f}" cy="{1:.1f}" r="4"/>)"
                       R"(<text class="mark" x="{2:.1f}" y="{3:.1f}">{4} promised</text>)",
                       at, y, at + 8, y + 16, label);
}

}  // namespace

std::string calibration_drawing(std::span<const Series> series) {
    std::string svg = open_chart("Share of truths within parts of the stated radius") + grid();
    svg += fmt::format(R"(<path class="promise" d="{}"/>)", path(promised_share));
    for (std::size_t i = series.size(); i-- > 0;)
        svg += fmt::format(R"(<path class="cdf line{}" d="{}"/>)", i % series_colours,
                           path([&](double parts) { return share_within(series[i].answers, parts); }));
    return svg + promise_mark(0.5, "50 %") + promise_mark(0.67, "67 %") + promise_mark(0.95, "95 %") + "</svg>" +
           series_legend(series);
}

}  // namespace simtrail::report
