#include "adapters/api/bodies.hpp"

#include <gtest/gtest.h>

#include "engine/ledger/duration.hpp"

namespace simtrail::api {
namespace {

/// The field that a body is refused for; empty where it is taken.
template <class Body>
std::string field(const std::expected<Body, Problem>& body) {
    if (body) return {};
    EXPECT_EQ(body.error().status, 400);
    EXPECT_EQ(body.error().code, "invalidArgument");
    EXPECT_TRUE(body.error().description.starts_with(
        body.error().info.substr(10, body.error().info.size() - 12)));  // {"field":"…"}
    return body.error().info.substr(10, body.error().info.size() - 12);
}

std::string create_field(std::string_view json, BodyRules rules = {}) { return field(parse_create_body(json, rules)); }

TEST(Bodies, CreateHasDefaults) {
    const auto body = parse_create_body(R"({"msisdn":"0123","unknown":[{}],"callback":null})", {});
    ASSERT_TRUE(body);
    EXPECT_EQ(body->msisdn.text(), "0123");
    EXPECT_EQ(body->name, "");
    EXPECT_FALSE(body->start);
    EXPECT_EQ(body->expiry_ms, ledger::max_track_expiry_ms);
    EXPECT_FALSE(body->callback);
}

TEST(Bodies, CreateTakesAllItsFields) {
    const auto body = parse_create_body(
        R"({"msisdn":"919876543210","trackName":"Van 7_a.b-c","externalRefId":"ü","defaultStart":true,"expiry":"3h4m7s",)"
        R"("callback":{"url":"https://example.com:8443/x?y=1","meta":{"a":[1]},"secret":"c2VjcmV0"}})",
        {});
    ASSERT_TRUE(body);
    EXPECT_EQ(body->name, "Van 7_a.b-c");
    EXPECT_EQ(body->external_ref, "ü");
    EXPECT_TRUE(body->start);
    EXPECT_EQ(body->expiry_ms, ((3 * 60 + 4) * 60 + 7) * 1000);
    EXPECT_EQ(body->callback, (ledger::CallbackTarget{"https://example.com:8443/x?y=1", R"({"a":[1]})", "secret"}));
}

TEST(Bodies, OfAFieldWrittenTwiceTheLastCounts) {
    EXPECT_EQ(parse_create_body(R"({"msisdn":"1","msisdn":"2"})", {})->msisdn.text(), "2");
}

TEST(Bodies, EachBadFieldIsNamed) {
    EXPECT_EQ(create_field(R"({})"), "msisdn");
    EXPECT_EQ(create_field(R"({"msisdn":919876543210})"), "msisdn");
    EXPECT_EQ(create_field(R"({"msisdn":""})"), "msisdn");
    EXPECT_EQ(create_field(R"({"msisdn":"+91"})"), "msisdn");
    EXPECT_EQ(create_field(R"({"msisdn":"1234567890123"})"), "msisdn");
    EXPECT_EQ(create_field(R"({"msisdn":"1234567890123"})", {.msisdn_max_digits = 15}), "");
    EXPECT_EQ(create_field(R"({"msisdn":"12\u0000"})"), "msisdn");
    EXPECT_EQ(create_field(R"({"msisdn":"1","trackName":""})"), "trackName");
    EXPECT_EQ(create_field(R"({"msisdn":"1","trackName":"a:b"})"), "trackName");
    EXPECT_EQ(create_field(R"({"msisdn":"1","trackName":")" + std::string(129, 'a') + "\"}"), "trackName");
    EXPECT_EQ(create_field(R"({"msisdn":"1","trackName":")" + std::string(128, 'a') + "\"}"), "");
    EXPECT_EQ(create_field(R"({"msisdn":"1","externalRefId":7})"), "externalRefId");
    EXPECT_EQ(create_field(R"({"msisdn":"1","externalRefId":")" + std::string(257, 'a') + "\"}"), "externalRefId");
    EXPECT_EQ(create_field(R"({"msisdn":"1","defaultStart":"true"})"), "defaultStart");
    for (const std::string expiry : {"\"61d\"", "\"\"", "\"5\"", "5", "\"0s\"", "\"-1s\"", "\"99999999999999999999s\""})
        EXPECT_EQ(create_field(R"({"msisdn":"1","expiry":)" + expiry + "}"), "expiry") << expiry;
}

TEST(Bodies, EachBadFieldOfACallbackIsNamed) {
    const auto named = [](const std::string& callback) {
        return field(parse_consent_body(R"({"callback":)" + callback + "}", {}));
    };
    EXPECT_EQ(named("7"), "callback");
    EXPECT_EQ(named("{}"), "callback.url");
    EXPECT_EQ(named(R"({"url":7})"), "callback.url");
    EXPECT_EQ(named(R"({"url":"ftp://example.com/"})"), "callback.url");
    EXPECT_EQ(named(R"({"url":"http://user:word@example.com/"})"), "callback.url");
    EXPECT_EQ(named(R"({"url":"http://127.0.0.1/"})"), "callback.url");
    EXPECT_EQ(named(R"({"url":"http://example.com/","meta":[]})"), "callback.meta");
    EXPECT_EQ(named(R"({"url":"http://example.com/","meta":{"a":")" + std::string(4096, 'a') + "\"}}"),
              "callback.meta");
    EXPECT_EQ(named(R"({"url":"http://example.com/","secret":7})"), "callback.secret");
    EXPECT_EQ(named(R"({"url":"http://example.com/","secret":"?"})"), "callback.secret");
    EXPECT_EQ(named(R"({"url":"http://example.com/","secret":""})"), "callback.secret");
    EXPECT_EQ(named(R"({"url":"http://example.com/"})"), "");
    EXPECT_EQ(
        field(parse_consent_body(R"({"callback":{"url":"http://127.0.0.1/"}})", {.allow_private_callbacks = true})),
        "");
}

TEST(Bodies, OperationIsStartOrStop) {
    EXPECT_TRUE(parse_update_body(R"({"operation":"start"})", {})->start);
    EXPECT_FALSE(parse_update_body(R"({"operation":"stop"})", {})->start);
    EXPECT_EQ(field(parse_update_body(R"({"operation":"Start"})", {})), "operation");
    EXPECT_EQ(field(parse_update_body(R"({})", {})), "operation");
}

TEST(Bodies, WhatIsNoObjectIsRefused) {
    for (const std::string_view text : {"", "null", "[]", "\"a\"", "{", "{}x", "{\"a\":1e999}", "{\"a\":\"\xff\"}",
                                        "{\"a\":\"\\ud800\"}", "{'a':1}", "{\"a\":NaN}"})
        EXPECT_EQ(create_field(text), "body") << text;
    EXPECT_EQ(create_field(std::string("{\"a\0\":1}", 8)), "body");
    EXPECT_TRUE(parse_consent_body("", {}));
}

TEST(Bodies, DeepNestingIsRefusedWithoutBeingBuilt) {
    const auto nested = [](std::size_t depth) {
        return R"({"msisdn":"1","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    EXPECT_EQ(create_field(nested(31)), "");
    EXPECT_EQ(create_field(nested(32)), "body");
    EXPECT_EQ(create_field(nested(500'000)), "body");
    EXPECT_EQ(create_field(std::string(1'000'000, '[')), "body");
    EXPECT_EQ(create_field(R"({"msisdn":"1","x":"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})"), "");
}

}  // namespace
}  // namespace simtrail::api
