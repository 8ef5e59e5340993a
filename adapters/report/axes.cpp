#include "adapters/report/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace simtrail::report {

namespace {

std::string horizontal(const Frame& frame, double y, std::string_view label) {
    return fmt::format(R"(<path class="grid" d="M{} {:.1f}h{}"/><text class="y" x="{}" y="{:.1f}">{}</text>)",
                       frame.left, y, frame.width, frame.left - 8, y + 4, label);
}

std::string vertical(const Frame& frame, double x, std::string_view label) {
    return fmt::format(R"(<path class="grid" d="M{0:.1f} {1}v{2}"/><text class="x" x="{0:.1f}" y="{3}">{4}</text>)", x,
                       frame.top, frame.height, frame.bottom() + 18, label);
}

double next_power(double tick) noexcept { return tick * 10; }

std::vector<double> ticks_of(const LogScale& scale, double (*next)(double) noexcept) {
    std::vector<double> ticks{scale.least()};
    while (next(ticks.back()) < scale.most() * 1.01) ticks.push_back(next(ticks.back()));
    return ticks;
}

}  // namespace

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

double LogScale::part(double value) const noexcept {
    return std::clamp(std::log(std::max(value, least_) / least_) / std::log(most_ / least_), 0.0, 1.0);
}

std::string log_grid_x(const LogScale& scale, const Frame& frame, std::string_view label) {
    constexpr double room_for_all = 2e5;  // ratio of the ends beyond which numbers would touch
    const bool sparse = scale.most() / scale.least() > room_for_all;
    std::string svg;
    for (const double tick : ticks_of(scale, sparse ? next_power : next_round))
        svg += vertical(frame, frame.left + frame.width * scale.part(tick), fmt::format("{:g}", tick));
    return svg + fmt::format(R"(<text class="x" x="{}" y="{}">{}</text>)", frame.left + frame.width / 2,
                             frame.bottom() + 36, label);
}

std::string log_grid_y(const LogScale& scale, const Frame& frame) {
    std::string svg;
    for (const double tick : ticks_of(scale, next_power))
        svg += horizontal(frame, frame.bottom() - frame.height * scale.part(tick), fmt::format("{:g}", tick));
    return svg;
}

std::string share_grid_y(const Frame& frame) {
    std::string svg;
    for (const int percent : {0, 25, 50, 75, 100})
        svg += horizontal(frame, share_y(percent / 100.0, frame), fmt::format("{} %", percent));
    return svg;
}

double share_y(double share, const Frame& frame) noexcept { return frame.top + frame.height * (1 - share); }

std::string open_chart(std::string_view label) {
    return fmt::format(R"(<svg class="curve" viewBox="0 0 1000 320" role="img" aria-label="{}">)", label);
}

}  // namespace simtrail::report
