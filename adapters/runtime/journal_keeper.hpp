#pragma once

#include <cstdint>
#include <deque>
#include <span>

#include "engine/tracing/tracker.hpp"

namespace simtrail::runtime {

/// Knows which journal rows are still needed: a row may go when no track needs the journal from that row or an earlier
/// one. Rows and blocks ascend; a row holds the entries of one or more blocks.
class JournalKeeper {
   public:
    /// A batch of blocks up to `last_block`, before its commit. Its row's number is told by `committed`.
    void begin_row(std::uint64_t last_block) { rows_.push_back({.last_block = last_block}); }
    /// The row of the last `begin_row`; 0 where the batch needed none.
    void committed(std::int64_t row, std::uint64_t bytes);

    void apply(std::span<const TrackOutput::Pin> pins);

    /// The highest row that nobody needs any more, nor any before it; 0: none. It and those before are forgotten.
    std::int64_t retire();

    /// Bytes in rows still kept.
    std::uint64_t bytes() const noexcept { return bytes_; }
    /// The newest block of the oldest row kept; 0: none.
    std::uint64_t oldest_block() const noexcept { return rows_.empty() ? 0 : rows_.front().last_block; }
    /// The block up to which tracks have to be cut so that about half of the journal can go.
    std::uint64_t middle_block() const noexcept;

   private:
    struct Row {
        std::uint64_t last_block = 0;
        std::int64_t number = 0;
        std::int64_t pins = 0;
        std::uint64_t bytes = 0;
    };
    std::deque<Row> rows_;  // by last_block
    std::uint64_t bytes_ = 0;
};

}  // namespace simtrail::runtime
