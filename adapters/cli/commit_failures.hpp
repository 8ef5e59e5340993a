#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace simtrail::cli {

/// Tells the log of commits that fail: at once, then once a minute with their number, and when it is over. The writer's thread,
/// but where it says another.
class CommitFailures {
   public:
    void failed(const std::string& error);
    void recovered();
    /// Any thread.
    bool failing() const noexcept { return failing_; }

   private:
    std::atomic<bool> failing_ = false;
    std::uint64_t untold_ = 0;
    std::chrono::steady_clock::time_point told_;
};

}  // namespace simtrail::cli
