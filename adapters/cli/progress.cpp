#include "adapters/cli/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace simtrail::cli {

namespace {

constexpr std::chrono::milliseconds between_draws{100};
constexpr std::size_t bar_width = 24;

std::string amount(Progress::Unit unit, double value) {
    static constexpr std::array<const char*, 5> prefixes{"", "k", "M", "G", "T"};
    std::size_t prefix = 0;
    while (value >= 1000 && prefix + 1 < prefixes.size()) {
        value /= 1000;
        ++prefix;
    }
    return fmt::format("{:.{}f} {}{}", value, prefix == 0 ? 0 : 1, prefixes[prefix],
                       unit == Progress::Unit::bytes ? "B" : "");
}

std::string clock_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(std::string title, Unit unit, std::uint64_t total)
    : title_(std::move(title)),
      unit_(unit),
      total_(total),
      on_terminal_(::isatty(STDERR_FILENO) == 1),
      began_(Clock::now()),
      next_draw_(began_ + between_draws) {}

Progress::~Progress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::update(std::uint64_t done) { update(done, total_); }

void Progress::update(std::uint64_t done, std::uint64_t total) {
    if (!on_terminal_) return;
    const auto now = Clock::now();
    if (now < next_draw_) return;
    total_ = total;
    next_draw_ = now + between_draws;
    drawn_ = true;
    fmt::print(stderr, "\r\033[K{}", line(title_, unit_, done, total, now - began_));
    std::fflush(stderr);
}

std::string Progress::line(const std::string& title, Unit unit, std::uint64_t done, std::uint64_t total,
                           std::chrono::duration<double> elapsed) {
    const double seconds = std::max(elapsed.count(), 1e-3);
    const double rate = static_cast<double>(done) / seconds;
    if (total == 0)
        return fmt::format("{}  {}  {}/s", title, amount(unit, static_cast<double>(done)), amount(unit, rate));
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(bar_width));
    const double left = share > 0 ? seconds * (1 - share) / share : 0;
    return fmt::format("{}  [{:#<{}}{:.<{}}] {:3.0f} %  {}/s  {} left", title, "", filled, "", bar_width - filled,
                       share * 100, amount(unit, rate), clock_text(left));
}

}  // namespace simtrail::cli
