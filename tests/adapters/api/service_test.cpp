#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "adapters/api/routes.hpp"
#include "tests/adapters/api/api_bench.hpp"
#include "tests/support/places.hpp"

// What all operations share: paths, methods, keys, scopes, media types, rates, idempotency, and what tenants see of each other.
namespace simtrail::api {
namespace {

const std::string msisdn = "919876543210";

class Service : public testing::ApiBench {
   protected:
    explicit Service(ApiOptions options = {}) : ApiBench(options) {}
};

TEST_F(Service, UnknownPathsAre404) {
    for (const std::string target :
         {"/", "", "/v1", "/v2/consents/1", "/v1/consents", "/v1/consents/1/", "/v1/consents/",
          "/v1/sim-tracks/a/trace/stream/b", "*", "/v1/consents/1/..", "//v1/consents/1"}) {
        const auto answer = call("GET", target);
        EXPECT_EQ(answer.status, 404) << target;
        EXPECT_EQ(answer.code(), "notFound");
    }
}

TEST_F(Service, OtherMethodsAre405WithAllow) {
    const auto answer = call("PUT", "/v1/consents/1");
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.header("Allow"), "POST, GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(call("GET", "/v1/sim-tracks/a").header("Allow"), "POST, DELETE, OPTIONS");
    EXPECT_EQ(call("GET", "/v1/feed/events").status, 405);
}

TEST_F(Service, OptionsNeedNoKey) {
    const auto answer = send({.method = "OPTIONS", .target = "/v1/sim-tracks?x=y"});
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.header("Allow"), "POST, GET, HEAD, OPTIONS");
    EXPECT_EQ(send({.method = "OPTIONS", .target = "/v1"}).status, 404);
}

TEST_F(Service, HeadIsServedAsGet) {
    EXPECT_EQ(call("HEAD", "/v1/consents/1").body, call("GET", "/v1/consents/1").body);
}

TEST_F(Service, KeysAreAskedFor) {
    for (const std::string& header :
         std::vector<std::string>{"", "Bearer", "Basic " + acme, acme, "Bearer " + acme + " x"}) {
        const auto answer = send({.method = "GET", .target = "/v1/consents/1", .headers = {{"Authorization", header}}});
        EXPECT_EQ(answer.status, 401) << header;
        EXPECT_EQ(answer.code(), "unauthenticated");
        EXPECT_EQ(answer.header("WWW-Authenticate"), R"(Bearer realm="simtrail")");
    }
    const auto unknown = call("GET", "/v1/consents/1", {}, with_key(acme + "x"));
    EXPECT_EQ(unknown.status, 401);
    EXPECT_TRUE(unknown.header("WWW-Authenticate").contains("invalid_token"));
}

TEST_F(Service, ExpiredAndRevokedKeysAre401) {
    keys.keys[0].expires_ms = control.now + 1000;
    keys.changed = true;
    EXPECT_EQ(call("GET", "/v1/consents/1").status, 200);
    control.now += 1000;
    EXPECT_EQ(call("GET", "/v1/consents/1").status, 401);
    keys.keys[0].expires_ms = 0;
    keys.keys[0].revoked_ms = 1;
    keys.changed = true;
    EXPECT_EQ(call("GET", "/v1/consents/1").status, 401);
}

/// A request of each operation, for a track named `van` of a subscriber.
http::Request request_of(const Operation& operation, const std::string& track = "van") {
    std::string target(operation.pattern);
    const bool by_number = target.contains("consents") || target.contains("msisdn");
    if (const auto at = target.find("{}"); at != std::string::npos) target.replace(at, 2, by_number ? msisdn : track);
    http::Request request{.method = std::string(operation.method), .target = target};
    if (operation.method == "POST") request.headers.emplace_back("Content-Type", "application/json");
    if (operation.id == "createSimTrack") request.body = R"({"msisdn":"919876543210","trackName":"new"})";
    if (operation.id == "updateSimTrack") request.body = R"({"operation":"stop"})";
    if (operation.id == "feedEvents") request.body = "{}\n";
    return request;
}

TEST_F(Service, EachOperationNeedsItsScopeAndNoOther) {
    running(msisdn, "van");
    for (const Operation& operation : operations())
        for (std::size_t i = 0; i < access::scope_names.size(); ++i) {
            const auto scope = static_cast<Scope>(i);
            const std::string key = keys.add("stranger", {scope});
            http::Request request = request_of(operation);
            request.headers.emplace_back("Authorization", "Bearer " + key);
            const auto answer = send(std::move(request));
            if (scope != operation.scope) {
                EXPECT_EQ(answer.status, 403) << operation.id;
                EXPECT_EQ(answer.code(), "insufficientScope") << operation.id;
                EXPECT_EQ(answer.json()["error"]["additionalInfo"]["scope"],
                          access::scope_names[static_cast<std::size_t>(operation.scope)]);
            } else {
                EXPECT_FALSE(answer.body.contains("insufficientScope")) << operation.id;
            }
        }
}

TEST_F(Service, AnotherTenantsRecordsAreNotFoundByAnyOperation) {
    const std::string id = running(msisdn, "van");
    arrive(id, 1, control.now);
    const std::string before = call("GET", "/v1/sim-track-status/id/" + id).body;
    for (const Operation& operation : operations())
        for (const std::string& track : {id, std::string("van")}) {
            http::Request request = request_of(operation, track);
            request.headers.emplace_back("Authorization", "Bearer " + rival);
            const auto answer = send(std::move(request));
            if (operation.pattern.contains("{}") && operation.pattern.contains("sim-track")) {
                EXPECT_EQ(answer.status, 404) << operation.id;
            }
            EXPECT_FALSE(answer.body.contains(id)) << operation.id;
            EXPECT_EQ(answer.stream, nullptr) << operation.id;
        }
    EXPECT_EQ(call("GET", "/v1/consents/" + msisdn, {}, with_key(rival)).data()["consentStatus"], "revoked")
        << "its own: it asked, and revoked that";
    EXPECT_EQ(call("GET", "/v1/consents/" + msisdn).data()["consentStatus"], "allowed");
    EXPECT_EQ(call("GET", "/v1/sim-track-status/id/" + id).body, before);
}

TEST_F(Service, EachOperationsNameAndPathStandInTheDocument) {
    std::ifstream file(simtrail::places::source_dir() + "/docs/openapi.yaml");
    const std::string document{std::istreambuf_iterator<char>(file), {}};
    std::size_t named = 0;
    for (std::size_t at = 0; (at = document.find("operationId: ", at)) != std::string::npos; ++at) ++named;
    EXPECT_EQ(named, operations().size());
    for (const Operation& operation : operations())
        EXPECT_TRUE(document.contains("operationId: " + std::string(operation.id) + "\n")) << operation.id;
}

TEST_F(Service, AcceptThatExcludesTheAnswerIs406) {
    const auto answer = call("GET", "/v1/consents/1", {}, {{"Accept", "text/html"}});
    EXPECT_EQ(answer.status, 406);
    EXPECT_EQ(answer.code(), "notAcceptable");
    EXPECT_EQ(call("GET", "/v1/consents/1", {}, {{"Accept", "text/html, */*;q=0.1"}}).status, 200);
}

TEST_F(Service, BodiesOfOtherTypesAre415) {
    for (const std::string type : {"text/plain", "application/x-www-form-urlencoded", "json"})
        EXPECT_EQ(call("POST", "/v1/sim-tracks", "{}", {{"Content-Type", type}}).status, 415) << type;
    EXPECT_EQ(send({.method = "POST", .target = "/v1/sim-tracks", .headers = with_key(acme), .body = "{}"}).status,
              415);
    EXPECT_EQ(call("POST", "/v1/sim-tracks", "{}", {{"Content-Encoding", "gzip"}}).status, 415);
    EXPECT_EQ(call("POST", "/v1/sim-tracks", "{}", {{"Content-Type", "Application/JSON; charset=utf-8"}}).status, 400);
}

TEST_F(Service, HostileTargetsAreRefused) {
    for (const std::string target :
         {"/v1/sim-track-status/id/%", "/v1/sim-track-status/id/%0", "/v1/sim-tracks/%zz/trace", "/v1/consents/%f"})
        EXPECT_EQ(call("GET", target).status, 400) << target;
    for (const std::string target : {"/v1/sim-track-status/name/%00", "/v1/sim-track-status/id/mts%3Atrack%3A%00",
                                     "/v1/sim-track-status/name/%ff%fe", "/v1/sim-tracks/..%2F..%2Fetc/trace"})
        EXPECT_EQ(call("GET", target).status, 404) << target;
    EXPECT_EQ(call("GET", "/v1/sim-track-status/name/" + std::string(8000, 'a')).status, 404);
}

TEST_F(Service, FullQueueAndFailedCommitAre503) {
    control.full = true;
    const auto full = call("POST", "/v1/consents/1");
    EXPECT_EQ(full.status, 503);
    EXPECT_EQ(full.code(), "unavailable");
    EXPECT_EQ(full.header("Retry-After"), "1");
    control.full = false;
    control.durable = false;
    const auto failed = call("POST", "/v1/consents/1");
    EXPECT_EQ(failed.status, 503);
    EXPECT_EQ(failed.header("Retry-After"), "1");
    EXPECT_EQ(call("GET", "/v1/consents/1").data()["consentStatus"], "none");
}

TEST_F(Service, RefusalsOfTheServerHaveTheSameForm) {
    for (const auto& [status, code] : std::vector<std::pair<int, std::string>>{{400, "invalidArgument"},
                                                                               {408, "requestTimeout"},
                                                                               {413, "payloadTooLarge"},
                                                                               {431, "headersTooLarge"},
                                                                               {500, "internal"},
                                                                               {503, "unavailable"}}) {
        const auto answer = api->refusal(status, "a reason");
        EXPECT_EQ(answer.status, status);
        const auto error = nlohmann::json::parse(answer.body)["error"];
        EXPECT_EQ(error["code"], code);
        EXPECT_EQ(error["description"], "a reason");
        EXPECT_TRUE(error["additionalInfo"].is_object());
    }
}

TEST_F(Service, IdempotencyKeyGivesTheSameAnswerAgain) {
    allow(msisdn);
    const http::Headers once{{"Idempotency-Key", "order-7"}};
    const std::string body = R"({"msisdn":"919876543210"})";
    const auto first = call("POST", "/v1/sim-tracks", body, once), again = call("POST", "/v1/sim-tracks", body, once);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Content-Type"), "application/json");
    EXPECT_EQ(call("GET", "/v1/sim-tracks").data()["tracks"].size(), 1U);
}

TEST_F(Service, IdempotencyKeyWithAnotherRequestIsRefused) {
    const http::Headers once{{"Idempotency-Key", "order-7"}};
    EXPECT_EQ(call("POST", "/v1/consents/1", {}, once).status, 202);
    for (const auto& other : {call("POST", "/v1/consents/2", {}, once), call("POST", "/v1/consents/1", "{}", once)}) {
        EXPECT_EQ(other.status, 400);
        EXPECT_EQ(other.field(), "Idempotency-Key");
    }
    EXPECT_EQ(call("POST", "/v1/consents/1", {}, {{"Idempotency-Key", "order-7"}, {"Authorization", "Bearer " + rival}})
                  .status,
              202)
        << "another tenant's";
}

TEST_F(Service, IdempotencyKeyHasItsForm) {
    for (const std::string& key : {std::string(256, 'a'), std::string("a b"), std::string("\xc3\xa4")})
        EXPECT_EQ(call("POST", "/v1/consents/1", {}, {{"Idempotency-Key", key}}).field(), "Idempotency-Key") << key;
    EXPECT_EQ(call("POST", "/v1/consents/1", {}, {{"Idempotency-Key", std::string(255, 'a')}}).status, 202);
}

TEST_F(Service, FeedIsTakenByTheDesk) {
    const auto answer =
        call("POST", "/v1/feed/events", "one\nbad\nother\ntwo", {{"Content-Type", "application/x-ndjson"}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"data":{"accepted":2,"dropped":1,"rejected":1},"error":{}})");
    EXPECT_FALSE(feed.csv);
    EXPECT_EQ(call("POST", "/v1/feed/events", "one", {{"Content-Type", "Text/CSV;header=present"}}).status, 200);
    EXPECT_TRUE(feed.csv);
    EXPECT_EQ(call("POST", "/v1/feed/events", "").status, 200);
    EXPECT_EQ(call("POST", "/v1/feed/events", "one", {{"Content-Type", "image/png"}}).status, 415);
    feed.fails = true;
    EXPECT_EQ(call("POST", "/v1/feed/events", "one").status, 503);
}

TEST_F(Service, FeedWhoseBodyIsWholeIsTakenToo) {
    int status = 0;
    http::Request request{.method = "POST", .target = "/v1/feed/events", .headers = with_key(acme), .body = "one\n"};
    api->handle(std::move(request), [&](http::Response answer) { status = answer.status; });
    EXPECT_EQ(status, 200);
    EXPECT_EQ(feed.taken, "one\n");
}

class Rates : public Service {
   protected:
    Rates() : Service({.requests_per_second_per_key = 10, .burst_per_key = 3}) {}
};

TEST_F(Rates, TooManyRequestsOfAKeyAre429) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(call("GET", "/v1/consents/1").status, 200);
    const auto refused = call("GET", "/v1/consents/1");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.code(), "tooManyRequests");
    EXPECT_EQ(refused.header("Retry-After"), "1");
    EXPECT_EQ(call("GET", "/v1/consents/1", {}, with_key(rival)).status, 200);
    control.now += 101;
    EXPECT_EQ(call("GET", "/v1/consents/1").status, 200);
}

}  // namespace
}  // namespace simtrail::api
