#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "adapters/feed/recorded_feed.hpp"

namespace simtrail::feed {

/// Turns bytes as they arrive into numbered lines, in bounded memory: of a line over 8 KiB nothing is kept but that it was.
/// It holds what was put into it since the lines before were taken, and 8 KiB. Not thread-safe.
class LineFramer {
   public:
    /// `first_number`: of the next line.
    explicit LineFramer(std::uint64_t first_number = 1) : next_number_(first_number) {}

    /// Where up to `size` bytes are to be put next; then `filled(n)` says how many were.
    std::span<char> room(std::size_t size);
    void filled(std::size_t bytes);

    /// The whole lines that are here; line_padding readable bytes follow each. Valid until `room`, which drops those that were
    /// `taken`.
    std::span<const RawLine> lines() const noexcept { return std::span(lines_).subspan(taken_); }
    void taken(std::size_t lines) noexcept { taken_ += lines; }

    /// The source has ended: what is left is a last, unterminated line, where there is any.
    void end();

    /// The next line not yet taken bears this number, those after it the following ones.
    void number_from(std::uint64_t number) noexcept;

    /// How many lines were taken: of the last one, its number.
    std::uint64_t last_number() const noexcept { return next_number_ - 1 - (lines_.size() - taken_); }

   private:
    void add(std::string_view text, bool unterminated);
    void drop_taken();

    std::vector<char> buffer_;
    std::size_t start_ = 0;  // of the line that is not yet whole
    std::size_t end_ = 0;    // of what was filled
    std::vector<RawLine> lines_;
    std::size_t taken_ = 0;
    std::uint64_t next_number_;
    bool skipping_ = false;  // within an oversized line, whose bytes so far are gone
};

}  // namespace simtrail::feed
