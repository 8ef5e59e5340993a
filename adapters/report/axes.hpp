#pragma once

#include <string>
#include <string_view>

/// The frame of a chart of the report, in a drawing of 1000 by 320: scales, grid, labels. Colours come from the page's style.
namespace simtrail::report {

/// The 1, 2 or 5 times a power of ten that is next at or below `value`. Precondition: above 0.
double round_down(double value) noexcept;
/// The next of them above a round number.
double next_round(double round) noexcept;

struct Frame {
    double left = 56, top = 16, width = 920, height = 260;
    double bottom() const noexcept { return top + height; }
    double right() const noexcept { return left + width; }
};

/// Round numbers at the ends of a logarithmic scale: a long tail leaves room for the rest. Preconditions: 0 < least <= most.
class LogScale {
   public:
    LogScale(double least, double most) noexcept : least_(round_down(least)), most_(next_round(round_down(most))) {}

    /// 0 at the least, 1 at the most; what is beyond lies at the ends.
    double part(double value) const noexcept;
    double least() const noexcept { return least_; }
    double most() const noexcept { return most_; }

   private:
    double least_, most_;
};

/// Vertical lines at 1, 2 and 5 of each power of ten (at each power alone where they are many), with numbers beneath.
std::string log_grid_x(const LogScale& scale, const Frame& frame, std::string_view label);
/// Horizontal lines at each power of ten.
std::string log_grid_y(const LogScale& scale, const Frame& frame);
/// Horizontal lines at quarters.
std::string share_grid_y(const Frame& frame);

double share_y(double share, const Frame& frame) noexcept;

/// Opens a chart that screen readers name by `label`.
std::string open_chart(std::string_view label);

}  // namespace simtrail::report
