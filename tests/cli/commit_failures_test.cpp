#include "adapters/cli/commit_failures.hpp"

#include <gtest/gtest.h>

#include "tests/support/caught_log.hpp"

namespace simtrail::tests {
namespace {

TEST(CommitFailures, AreToldOnceAMinuteAndWhenTheyAreOver) {
    const CaughtLog log;
    cli::CommitFailures failures;
    for (int i = 0; i < 1000; ++i) failures.failed("the disk is full");
    EXPECT_EQ(log.count("the disk is full"), 1U);
    EXPECT_TRUE(failures.failing());
    failures.recovered();
    EXPECT_FALSE(failures.failing());
    EXPECT_EQ(log.count("commits succeed again"), 1U);
    failures.failed("the disk is full");
    EXPECT_EQ(log.count("the disk is full"), 2U);
}

}  // namespace
}  // namespace simtrail::tests
