#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace simtrail::cli {

/// A progress bar on standard error while it is a terminal; on a pipe, nothing at all. Redrawn at most ten times a second
/// and wiped when it ends, so that the terminal keeps results only. Not thread-safe.
class Progress {
   public:
    enum class Unit : std::uint8_t { items, bytes };

    /// `total` 0: unknown, a count without a bar.
    Progress(std::string title, Unit unit, std::uint64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Cheap enough to be called for every item. `done` counts from the beginning, of `total` where it is newly known.
    void update(std::uint64_t done);
    void update(std::uint64_t done, std::uint64_t total);

    /// The line as drawn, for a terminal of 80 columns.
    static std::string line(const std::string& title, Unit unit, std::uint64_t done, std::uint64_t total,
                            std::chrono::duration<double> elapsed);

   private:
    using Clock = std::chrono::steady_clock;

    std::string title_;
    Unit unit_;
    std::uint64_t total_;
    bool on_terminal_;
    bool drawn_ = false;
    Clock::time_point began_;
    Clock::time_point next_draw_;
};

}  // namespace simtrail::cli
