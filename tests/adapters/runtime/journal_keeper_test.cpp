#include "adapters/runtime/journal_keeper.hpp"

#include <gtest/gtest.h>

#include <array>

namespace simtrail::runtime {
namespace {

using Pin = TrackOutput::Pin;

TEST(JournalKeeper, KeepsARowAndAllAfterItWhileATrackNeedsIt) {
    JournalKeeper keeper;
    for (std::int64_t row = 1; row <= 3; ++row) {
        keeper.begin_row(static_cast<std::uint64_t>(row) * 10);
        if (row == 1) keeper.apply(std::array{Pin{7, +1}});
        keeper.committed(row, 100);
    }
    EXPECT_EQ(keeper.retire(), 0);
    EXPECT_EQ(keeper.bytes(), 300U);
    keeper.begin_row(40);
    keeper.apply(std::array{Pin{7, -1}, Pin{40, +1}});
    EXPECT_EQ(keeper.retire(), 3);
    EXPECT_EQ(keeper.bytes(), 0U);
}

TEST(JournalKeeper, DoesNotRetireTheRowBeingWritten) {
    JournalKeeper keeper;
    keeper.begin_row(1);
    EXPECT_EQ(keeper.retire(), 0);
}

TEST(JournalKeeper, PassesOverBatchesWithoutARow) {
    JournalKeeper keeper;
    keeper.begin_row(1);
    keeper.committed(5, 10);
    keeper.begin_row(2);
    keeper.committed(0, 0);
    keeper.begin_row(3);
    EXPECT_EQ(keeper.retire(), 5);
}

TEST(JournalKeeper, NamesTheMiddle) {
    JournalKeeper keeper;
    for (std::uint64_t block = 10; block <= 40; block += 10) keeper.begin_row(block);
    EXPECT_EQ(keeper.middle_block(), 30U);
}

}  // namespace
}  // namespace simtrail::runtime
