#include "engine/positioning/hindsight_walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/made_road.hpp"

namespace simtrail {
namespace {

using testing::MadeRoad;

class HindsightWalks : public ::testing::Test {
   protected:
    static constexpr std::int64_t first_ms = MadeRoad::start_ms / HindsightWalk::block_ms * HindsightWalk::block_ms;

    /// An event a second of the one known cell.
    void pass(std::int64_t seconds) {
        for (std::int64_t i = 0; i < seconds; ++i) add(first_ms + 1000 * i, 1);
    }
    void add(std::int64_t tis_ms, std::uint64_t cell) {
        const auto seq = static_cast<std::uint32_t>(trace_.size() + 1);
        trace_.push_back(
            {.point = {.seq = seq, .tis_ms = tis_ms},
             .event = {.ts_ms = tis_ms, .msisdn = *Msisdn::parse("353861"), .serving = testing::MadeCells::lte(cell)}});
    }
    void walk(std::int64_t from_ms, std::int64_t to_ms) {
        given_.clear();
        read_ = 0;
        HindsightWalk walk([&] { return read_ < trace_.size() ? std::optional(trace_[read_++]) : std::nullopt; },
                           cells_.table());
        walk.run(from_ms, to_ms,
                 [&](const TracedEvent& traced, const std::optional<Estimate>&) { given_.push_back(traced); });
    }

    void SetUp() override {
        cells_.add(testing::MadeCells::lte(1), {.site = {8.5, 47.4}, .range_m = 1000, .samples = 100});
    }

    testing::MadeCells cells_;
    std::vector<TracedEvent> trace_;
    std::vector<TracedEvent> given_;
    std::size_t read_ = 0;
};

TEST_F(HindsightWalks, LookBackAtNoMoreThanTheBlocksOfWhatIsWanted) {
    pass(9000);
    const std::int64_t fourth_ms = first_ms + 3 * HindsightWalk::block_ms;
    walk(fourth_ms + 5000, fourth_ms + 9000);
    ASSERT_FALSE(given_.empty());
    EXPECT_EQ(given_.front().point.tis_ms, fourth_ms);
    EXPECT_EQ(given_.back().point.tis_ms, fourth_ms + HindsightWalk::block_ms - 1000);
    EXPECT_LT(read_, 4500U) << "what lies beyond is not read";
}

TEST_F(HindsightWalks, LookBackAtThePartsOfADenseBlockThatAreWanted) {
    for (std::int64_t i = 0; i < 9000; ++i) add(first_ms + 100 * i, 1);
    walk(first_ms + 500'000, first_ms + 500'100);
    EXPECT_EQ(given_.size(), HindsightWalk::most_at_once);
    walk(first_ms, first_ms + 900'000);
    EXPECT_EQ(given_.size(), trace_.size());
}

TEST_F(HindsightWalks, PassOverWhatIsTooMuchForOneMoment) {
    constexpr std::size_t flood = 2 * HindsightWalk::most_of_a_moment + 1000;
    std::vector<std::uint64_t> cells;
    for (std::uint64_t cell = 1; cell <= flood; ++cell) cells.push_back(cell);
    for (const std::uint64_t seed : {1U, 2U}) {
        std::ranges::shuffle(cells, std::mt19937_64{seed});
        trace_.clear();
        for (const std::uint64_t cell : cells) add(first_ms, cell);
        walk(first_ms, first_ms);
        ASSERT_EQ(given_.size(), HindsightWalk::most_of_a_moment);
        EXPECT_TRUE(std::ranges::is_sorted(given_, {}, [](const TracedEvent& e) { return e.point.seq; }));
        for (const TracedEvent& e : given_) EXPECT_LE(e.event.serving.cell, HindsightWalk::most_of_a_moment);
    }
}

}  // namespace
}  // namespace simtrail
