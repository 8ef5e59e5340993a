#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adapters/feed/recorded_feed.hpp"

namespace simtrail::feed {

/// Turns bytes as they arrive into numbered lines, in bounded memory: of a line over 8 KiB nothing is kept but that it was.
class LineFramer {
   public:
    /// `first_number`: of the next line.
    explicit LineFramer(std::uint64_t first_number = 1);

    /// Where up to `size` bytes are to be put next; then `filled(n)` says how many were.
    std::span<char> room(std::size_t size);
    void filled(std::size_t bytes);

    /// The whole lines that are here; line_padding readable bytes follow each. Valid until `room`, which drops those that were
    /// `taken`.
    std::span<const RawLine> lines();
    void taken(std::size_t lines);

    /// The source has ended: what is left is a last, unterminated line, where there is any.
    void end();

    /// How many lines were taken: of the last one, its number.
    std::uint64_t last_number() const noexcept;

   private:
    std::vector<char> buffer_;
    std::size_t start_ = 0, searched_ = 0, end_ = 0;
    std::vector<RawLine> lines_;
    std::size_t taken_ = 0;
    std::uint64_t next_number_;
    bool skipping_ = false;  // within an oversized line
};

}  // namespace simtrail::feed
