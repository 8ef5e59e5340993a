#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/feed/feed_outcome.hpp"

namespace simtrail::feed {

/// Tells of a source's bad lines by number and reason, never by their bytes: the first five of each reason, then each
/// whose count is a power of ten, so that a feed of nothing but bad lines writes a page and not a disk. What it writes
/// depends on the lines alone. Not thread-safe.
class RejectLog {
   public:
    using Write = std::function<void(std::string_view message)>;

    static constexpr std::uint64_t told_in_full = 5;  // enough to find the cause

    /// `source` is a file's path or a peer's name. Without `write`, warnings of the process's log.
    explicit RejectLog(std::string source, Write write = {});

    void add(std::uint64_t line_number, Outcome reason);

    /// At the end of the source: one line for each reason that had some.
    void summarize() const;

    std::uint64_t count(Outcome reason) const noexcept { return counts_[static_cast<std::size_t>(reason)]; }

   private:
    std::string source_;
    Write write_;
    std::array<std::uint64_t, static_cast<std::size_t>(Outcome::count_)> counts_{};
};

}  // namespace simtrail::feed
