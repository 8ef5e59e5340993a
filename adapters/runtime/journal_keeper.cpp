#include "adapters/runtime/journal_keeper.hpp"

#include <algorithm>
#include <cassert>

namespace simtrail::runtime {

void JournalKeeper::committed(std::int64_t row, std::uint64_t bytes) {
    rows_.back().number = row;
    rows_.back().bytes = bytes;
    bytes_ += bytes;
}

void JournalKeeper::apply(std::span<const TrackOutput::Pin> pins) {
    for (const auto& [block, change] : pins) {
        const auto row = std::ranges::lower_bound(rows_, block, {}, &Row::last_block);
        assert(row != rows_.end());
        row->pins += change;
    }
}

std::int64_t JournalKeeper::retire() {
    std::int64_t retired = 0;
    while (!rows_.empty() && rows_.front().pins == 0 && &rows_.front() != &rows_.back()) {
        retired = std::max(retired, rows_.front().number);
        bytes_ -= rows_.front().bytes;
        rows_.pop_front();
    }
    return retired;
}

std::uint64_t JournalKeeper::middle_block() const noexcept {
    return rows_.empty() ? 0 : rows_[rows_.size() / 2].last_block;
}

}  // namespace simtrail::runtime
