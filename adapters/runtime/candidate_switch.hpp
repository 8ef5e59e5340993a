#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace simtrail::runtime {

/// How many candidates live events are located with: always all that help, always few, or few while a shard has more to do than
/// it can (docs/positioning.md, "Few candidates").
enum class CandidateChoice : std::uint8_t { full, few, by_load };

/// Of one shard, by what waits for it: few candidates once at least half of all blocks have waited for `patience` at a stretch, all of them
/// again once at most an eighth has for `recovery`. So a burst that the queue is there for changes nothing, and what is between
/// leaves it as it is. One thread; it is asked with each block that the shard takes.
class CandidateSwitch {
   public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds patience{1}, recovery{10};

    /// `blocks`: as many as can wait.
    CandidateSwitch(CandidateChoice choice, std::size_t blocks) noexcept
        : choice_(choice), blocks_(blocks), few_(choice == CandidateChoice::few) {}

    bool few() const noexcept { return few_; }

    /// So many blocks wait. True where that changes the answer.
    bool changes(std::size_t waiting, Time now) noexcept;

   private:
    CandidateChoice choice_;
    std::size_t blocks_;
    bool few_;
    std::optional<Time> since_;  // it has been time to change
};

}  // namespace simtrail::runtime
