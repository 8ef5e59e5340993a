#include "storage/retention.hpp"

#include <gtest/gtest.h>

#include "storage/sqlite.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::storage {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

class Retention : public ::testing::Test {
   protected:
    std::int64_t count(const std::string& table) {
        return Database(path_, Database::Mode::read_only).number("SELECT count(*) FROM " + table);
    }
    /// Steps until nothing is left to do.
    int steps(std::int64_t before_ms, std::int64_t now_ms, std::size_t most) {
        int steps = 1;
        while (store_->sweep(before_ms, now_ms, most)) ++steps;
        return steps;
    }

    testing::TemporaryFolder folder_;
    std::string path_ = folder_.file("old.db");
    std::unique_ptr<SqliteTraceStore> store_ = open_trace_store({.path = path_, .synchronous = "OFF"});
};

TEST_F(Retention, TakesWholeSegmentsInBoundedSteps) {
    Batch batch;
    for (std::uint32_t i = 1; i <= 100; ++i)
        batch.segments.push_back(
            {.track = 1 + i % 3, .first_seq = i, .last_seq = i, .min_tis_ms = i * 10 - 9, .max_tis_ms = i * 10});
    store_->commit(batch);
    EXPECT_TRUE(store_->sweep(501, 0, 7));
    EXPECT_EQ(count("segment"), 93);
    EXPECT_EQ(steps(501, 0, 7), 7) << "43 segments are left to go, 7 a step";
    EXPECT_EQ(count("segment"), 50);
    EXPECT_EQ(Database(path_, Database::Mode::read_only).number("SELECT min(max_tis) FROM segment"), 510);
    EXPECT_FALSE(store_->sweep(510, 0, 7)) << "a segment's newest point is at 510";
    EXPECT_EQ(count("segment"), 50);
}

TEST_F(Retention, TakesAnswersOfTheDayBefore) {
    Batch batch;
    for (std::int64_t i = 1; i <= 20; ++i)
        batch.ledger.answers.push_back({.tenant = "acme", .key = std::to_string(i), .at_ms = i * 1000});
    store_->commit(batch);
    EXPECT_EQ(steps(0, day_ms + 10'000, 4), 3);
    const auto left = store_->recover_ledger().answers;
    ASSERT_EQ(left.size(), 11U);
    EXPECT_EQ(left.front().at_ms, 10'000);
}

TEST_F(Retention, TakesOldDeadLettersAndLeavesWhatWaits) {
    Batch batch;
    for (std::int64_t i = 1; i <= 10; ++i)
        batch.ledger.callbacks.push_back({.number = i,
                                          .msisdn = *Msisdn::parse("91"),
                                          .lane = static_cast<std::uint64_t>(i),
                                          .created_ms = i,
                                          .dead = i % 2 == 0});
    store_->commit(batch);
    steps(7, 0, 100);
    EXPECT_EQ(count("callback_outbox"), 7) << "2, 4 and 6 are gone";
    EXPECT_EQ(store_->due_callbacks(100, 100).size(), 5U);
}

}  // namespace
}  // namespace simtrail::storage
