#include "adapters/callbacks/body.hpp"

#include <gtest/gtest.h>

namespace simtrail::callbacks {
namespace {

TEST(CallbackBody, IsTheContracts) {
    EXPECT_EQ(
        make_body({.id = "e-1",
                   .type = "track.started",
                   .occurred_at_ms = 12,
                   .data_json = R"({"status":"started"})",
                   .meta_json = R"({"a":[1]})"}),
        R"({"id":"e-1","eventType":"track.started","service":"mts","occurredAt":12,"data":{"status":"started"},"meta":{"a":[1]}})");
}

TEST(CallbackBody, HasEmptyMetaWhereNoneWasGivenAndQuotesItsId) {
    EXPECT_EQ(make_body({.id = "a\"b", .type = "t", .data_json = "{}"}),
              R"({"id":"a\"b","eventType":"t","service":"mts","occurredAt":0,"data":{},"meta":{}})");
}

}  // namespace
}  // namespace simtrail::callbacks
