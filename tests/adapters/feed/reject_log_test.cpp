#include "adapters/feed/reject_log.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace simtrail::feed {
namespace {

TEST(RejectLog, TellsTheFirstFiveOfEachReasonThenPowersOfTenThenTheTotal) {
    std::vector<std::string> messages;
    RejectLog log("feed.ndjson", [&](std::string_view message) { messages.emplace_back(message); });
    for (std::uint64_t line = 1; line <= 250; ++line) log.add(line, Outcome::bad_time);
    log.add(251, Outcome::not_json);
    log.summarize();
    const std::vector<std::string> expected{"feed.ndjson:1: badTime",
                                            "feed.ndjson:2: badTime",
                                            "feed.ndjson:3: badTime",
                                            "feed.ndjson:4: badTime",
                                            "feed.ndjson:5: badTime",
                                            "feed.ndjson:10: badTime, 10 lines so far",
                                            "feed.ndjson:100: badTime, 100 lines so far",
                                            "feed.ndjson:251: notJson",
                                            "feed.ndjson: 1 lines notJson",
                                            "feed.ndjson: 250 lines badTime"};
    EXPECT_EQ(messages, expected);
    EXPECT_EQ(log.count(Outcome::bad_time), 250U);
}

}  // namespace
}  // namespace simtrail::feed
