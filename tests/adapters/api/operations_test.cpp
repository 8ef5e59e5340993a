#include <gtest/gtest.h>

#include "tests/adapters/api/api_bench.hpp"

// Consents and tracks through the API: each operation of the contract's table, over the real ledger.
namespace simtrail::api {
namespace {

const std::string phone = "919876543210";

class Operations : public testing::ApiBench {};

TEST_F(Operations, ConsentIsRequestedAndRetrieved) {
    const auto requested = call("POST", "/v1/consents/" + phone);
    EXPECT_EQ(requested.status, 202);
    EXPECT_EQ(requested.body, R"({"data":{"status":"initiated"},"error":{}})");
    EXPECT_EQ(requested.header("Content-Type"), "application/json");
    const auto retrieved = call("GET", "/v1/consents/" + phone);
    EXPECT_EQ(retrieved.status, 200);
    EXPECT_EQ(retrieved.data()["consentStatus"], "pending");
    EXPECT_EQ(retrieved.data()["consentRequestedAt"], control.now);
    EXPECT_EQ(retrieved.data()["consentReceivedAt"], 0);
}

TEST_F(Operations, ConsentThatIsAllowedNeedsNoText) {
    allow(phone);
    const std::size_t texts = control.texts.size();
    const auto again = call("POST", "/v1/consents/" + phone, "{}");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.data(), nlohmann::json::parse(R"({"status":"allowed"})"));
    EXPECT_EQ(control.texts.size(), texts);
    EXPECT_GT(call("GET", "/v1/consents/" + phone).data()["expiryAt"], control.now);
}

TEST_F(Operations, ConsentNeverAskedForIsNone) {
    const auto answer = call("GET", "/v1/consents/1");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.data()["consentStatus"], "none");
    EXPECT_EQ(call("DELETE", "/v1/consents/1").status, 404);
}

TEST_F(Operations, ConsentAskedAgainAtOnceIs429) {
    call("POST", "/v1/consents/" + phone);
    const auto again = call("POST", "/v1/consents/" + phone);
    EXPECT_EQ(again.status, 429);
    EXPECT_EQ(again.code(), "tooManyRequests");
    EXPECT_EQ(again.header("Retry-After"), "300");
    EXPECT_EQ(again.json()["error"]["additionalInfo"]["retryAfter"], 300);
}

TEST_F(Operations, RevokedConsentStopsItsTracks) {
    const auto track = running(phone, "van");
    const auto revoked = call("DELETE", "/v1/consents/" + phone);
    EXPECT_EQ(revoked.status, 200);
    EXPECT_EQ(revoked.data()["consentStatus"], "revoked");
    const auto status = call("GET", "/v1/sim-track-status/id/" + track).data();
    EXPECT_EQ(status["status"], "stopped");
    EXPECT_EQ(status["consentStatus"], "revoked");
}

TEST_F(Operations, NumbersFollowThePublishedRule) {
    for (const std::string target : {"1234567890123", "12a", "%2B91", "1%00", "-1", "%EF%BC%91"})
        for (const std::string method : {"GET", "POST", "DELETE"}) {
            const auto answer = call(method, "/v1/consents/" + target);
            EXPECT_EQ(answer.status, 400) << target;
            EXPECT_EQ(answer.field(), "msisdn") << target;
        }
    EXPECT_EQ(call("GET", "/v1/sim-track-status/msisdn/x").field(), "msisdn");
}

TEST_F(Operations, TrackIsCreatedOrStartedAtOnce) {
    allow(phone);
    const auto created = call("POST", "/v1/sim-tracks", R"({"msisdn":")" + phone + R"(","trackName":"van 1"})");
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.data()["trackName"], "van 1");
    EXPECT_TRUE(created.data()["trackId"].get<std::string>().starts_with("mts:track:"));
    const auto started = call("POST", "/v1/sim-tracks", R"({"msisdn":")" + phone + R"(","defaultStart":true})");
    EXPECT_EQ(started.status, 202);
    EXPECT_NE(started.data()["trackName"], "");
    EXPECT_EQ(call("GET", "/v1/sim-track-status/msisdn/" + phone).data()["trackId"], started.data()["trackId"]);
}

TEST_F(Operations, TrackNeedsConsent) {
    const auto refused = call("POST", "/v1/sim-tracks", R"({"msisdn":"1"})");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "consentRequired");
}

TEST_F(Operations, TrackNameIsTakenOnce) {
    running(phone, "van");
    const auto again = call("POST", "/v1/sim-tracks", R"({"msisdn":")" + phone + R"(","trackName":"van"})");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "trackNameTaken");
    EXPECT_EQ(again.field(), "trackName");
}

TEST_F(Operations, TrackIsStartedAndStoppedByIdOrName) {
    allow(phone);
    const auto id = create(R"({"msisdn":")" + phone + R"(","trackName":"van 1"})");
    const auto early = call("POST", "/v1/sim-tracks/van%201", R"({"operation":"stop"})");
    EXPECT_EQ(early.status, 409);
    EXPECT_EQ(early.code(), "trackNotStarted");
    std::string encoded = id;
    for (std::size_t at = 0; (at = encoded.find(':')) != std::string::npos;) encoded.replace(at, 1, "%3A");
    for (const std::string& called : {id, encoded, std::string("van%201")})
        for (const std::string operation : {"start", "start", "stop", "stop"}) {
            const auto answer = call("POST", "/v1/sim-tracks/" + called, R"({"operation":")" + operation + "\"}");
            EXPECT_EQ(answer.status, 202);
            EXPECT_EQ(answer.data(), (nlohmann::json{{"id", id}}));
            const auto status = call("GET", "/v1/sim-track-status/id/" + called);
            if (called.starts_with("mts")) {
                EXPECT_EQ(status.data()["status"], operation == "start" ? "initiated" : "stopped");
            }
        }
}

TEST_F(Operations, ExpiredTrackDoesNotStart) {
    allow(phone);
    create(R"({"msisdn":")" + phone + R"(","trackName":"van","defaultStart":true,"expiry":"1h"})");
    control.pass(3'600'001);
    EXPECT_EQ(call("GET", "/v1/sim-track-status/name/van").data()["status"], "expired");
    const auto answer = call("POST", "/v1/sim-tracks/van", R"({"operation":"start"})");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.code(), "trackExpired");
}

TEST_F(Operations, DeletedTrackIsGone) {
    const auto id = running(phone, "van");
    const auto deleted = call("DELETE", "/v1/sim-tracks/van");
    EXPECT_EQ(deleted.status, 204);
    EXPECT_EQ(deleted.body, "");
    for (const std::string& target : std::vector<std::string>{
             "/v1/sim-track-status/id/" + id, "/v1/sim-track-status/name/van", "/v1/sim-track-status/msisdn/" + phone,
             "/v1/sim-tracks/" + id + "/trace", "/v1/sim-tracks/van/trace/stream"})
        EXPECT_EQ(call("GET", target).status, 404) << target;
    EXPECT_EQ(call("DELETE", "/v1/sim-tracks/" + id).status, 404);
    EXPECT_EQ(call("POST", "/v1/sim-tracks/" + id, R"({"operation":"start"})").status, 404);
}

TEST_F(Operations, StatusTellsOfTheLastPosition) {
    const auto id = running(phone, "van");
    EXPECT_EQ(call("GET", "/v1/sim-track-status/id/" + id).data()["rsOutput"]["confidence"], "none");
    control.pass(10'000);
    arrive(id, 1, control.now);
    control.pass(5'000);
    for (const std::string& target : {"id/" + id, std::string("name/van"), "msisdn/" + phone}) {
        const auto status = call("GET", "/v1/sim-track-status/" + target).data();
        EXPECT_EQ(status["status"], "started");
        EXPECT_EQ(status["consentStatus"], "granted");
        EXPECT_EQ(status["deviceId"], phone);
        EXPECT_EQ(status["duration"], 15);
        EXPECT_EQ(status["stoppedAt"], 0);
        EXPECT_EQ(status["rsOutput"],
                  nlohmann::json::parse(R"({"confidence":"high","distance":350,"errorReason":[]})"));
    }
    control.pass(3'600'000);
    EXPECT_EQ(call("GET", "/v1/sim-track-status/id/" + id).data()["rsOutput"]["errorReason"],
              nlohmann::json{"deviceSilent"});
}

TEST_F(Operations, ListGoesOnBehindItsCursor) {
    allow(phone);
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(create(R"({"msisdn":")" + phone + "\"}"));
    std::vector<std::string> listed;
    std::string target = "/v1/sim-tracks?limit=2";
    for (int page = 0; !target.empty(); ++page) {
        const auto data = call("GET", target).data();
        for (const auto& track : data["tracks"]) listed.push_back(track["trackId"]);
        if (page == 0) call("DELETE", "/v1/sim-tracks/" + ids[0]);  // moves nothing
        target = data.contains("nextCursor") ? "/v1/sim-tracks?limit=2&cursor=" + data["nextCursor"].get<std::string>()
                                             : std::string();
    }
    EXPECT_EQ(listed, ids);
    EXPECT_EQ(call("GET", "/v1/sim-tracks").data()["tracks"].size(), 4U);
}

TEST_F(Operations, ListAwaitsEachPosition) {
    for (const std::string name : {"a", "b"}) arrive(running(phone, name), 1, control.now);
    create(R"({"msisdn":")" + phone + "\"}");
    traces.later = true;
    std::string body;
    api->handle({.method = "GET", .target = "/v1/sim-tracks", .headers = with_key(acme)},
                [&](http::Response answer) { body = std::move(answer.body); });
    EXPECT_EQ(body, "");
    traces.run();
    const auto tracks = nlohmann::json::parse(body)["data"]["tracks"];
    ASSERT_EQ(tracks.size(), 3U);
    EXPECT_EQ(tracks[1]["rsOutput"]["distance"], 350);
    EXPECT_EQ(tracks[2]["rsOutput"]["confidence"], "none");
}

TEST_F(Operations, ListRefusesBadParameters) {
    for (const std::string query :
         {"limit=0", "limit=1001", "limit=", "limit=1.5", "limit=99999999999999999999", "limit=1&limit=1", "limit=%0"})
        EXPECT_EQ(call("GET", "/v1/sim-tracks?" + query).field(), "limit") << query;
    for (const std::string query : {"cursor=", "cursor=abc", "cursor=%00", "cursor=AAAAAAAAAAAAAAAAAAAAAA"})
        EXPECT_EQ(call("GET", "/v1/sim-tracks?" + query).field(), "cursor") << query;
}

}  // namespace
}  // namespace simtrail::api
