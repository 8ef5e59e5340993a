#include <fmt/format.h>

#include <algorithm>

#include "adapters/report/axes.hpp"
#include "adapters/report/drawings.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail::report {

namespace {

constexpr double side = 240, case_margin = 18, footer = 34;

std::string length_label(double metres) {
    return metres >= 1000 ? fmt::format("{:g} km", metres / 1000) : fmt::format("{:g} m", metres);
}

/// What one axis has to show: the radius on both sides of the estimate, which stands at 0, and the truth.
struct Extent {
    double from_m, to_m;

    Extent(double radius_m, double truth_m) noexcept
        : from_m(std::min(-radius_m, truth_m)), to_m(std::max(radius_m, truth_m)) {}
    double middle_m() const noexcept { return (from_m + to_m) / 2; }
    double length_m() const noexcept { return to_m - from_m; }
};

/// Pixels of places given in metres from the estimate.
class CaseFrame {
   public:
    CaseFrame(double radius_m, Offset truth) noexcept
        : east_(radius_m, truth.east_m),
          north_(radius_m, truth.north_m),
          metres_per_pixel_(std::max({east_.length_m(), north_.length_m(), 50.0}) / (side - 2 * case_margin)) {}

    double x(double east_m) const noexcept { return side / 2 + pixels(east_m - east_.middle_m()); }
    double y(double north_m) const noexcept { return side / 2 - pixels(north_m - north_.middle_m()); }
    double pixels(double metres) const noexcept { return metres / metres_per_pixel_; }
    /// A round length of at most 90 pixels.
    double bar_m() const noexcept { return round_down(metres_per_pixel_ * 90); }

   private:
    Extent east_, north_;
    double metres_per_pixel_;
};

std::string scale_bar(const CaseFrame& frame) {
    const double length = frame.pixels(frame.bar_m()), y = side + footer - 14;
    return fmt::format(R"(<g class="scale"><path d="M{0} {1}v6h{2:.1f}v-6"/><text x="{3:.1f}" y="{1}">{4}</text></g>)",
                       case_margin, y, length, case_margin + length / 2, length_label(frame.bar_m()));
}

}  // namespace

std::string case_drawing(const Answer& answer, std::size_t number) {
    const Offset truth = offset_between(answer.point.position(), answer.truth.position);
    const CaseFrame frame(answer.point.accuracy_m, truth);
    const double x = frame.x(truth.east_m), y = frame.y(truth.north_m);
    return fmt::format(
               R"(<svg class="case" viewBox="0 0 {0} {1}" role="img" aria-label="Case {2}: {3:.0f} m off">)"
               R"(<circle class="radius" cx="{4:.1f}" cy="{5:.1f}" r="{6:.1f}"/><path class="off" d="M{4:.1f} {5:.1f}L{7:.1f} {8:.1f}"/>)"
               R"(<circle class="estimate" cx="{4:.1f}" cy="{5:.1f}" r="5"/><circle class="known" cx="{7:.1f}" cy="{8:.1f}" r="5"/>)"
               R"(<text class="number" x="16" y="20">{2}</text>)",
               side, side + footer, number, answer.error_m, frame.x(0), frame.y(0),
               frame.pixels(answer.point.accuracy_m), x, y) +
           scale_bar(frame) + "</svg>";
}

}  // namespace simtrail::report
