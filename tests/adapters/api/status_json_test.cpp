#include "adapters/api/status_json.hpp"

#include <gtest/gtest.h>

namespace simtrail::api {
namespace {

using ledger::ConsentState;

constexpr std::int64_t noon = 1'700'000'000'000;
constexpr std::int64_t silence = 900'000;

ledger::SimTrack running_track() {
    return {.number = 1,
            .track_id = "mts:track:1",
            .tenant = "acme",
            .msisdn = *Msisdn::parse("919876543210"),
            .name = "van 7",
            .external_ref = "a \"b\"\n",
            .state = ledger::SimTrackState::started,
            .has_position = true,
            .started_ms = noon - 3'600'500,
            .windows = {{noon - 3'600'500, 0}}};
}

runtime::LastPosition heard_at(std::int64_t arrived_ms) {
    return {.point = {.seq = 1,
                      .tis_ms = noon - 5000,
                      .accuracy_m = 500,
                      .confidence = Confidence::high,
                      .reasons = ErrorReasons{}.add(ErrorReason::low_signal_strength)},
            .arrived_ms = arrived_ms};
}

std::string status(const ledger::SimTrack& track, ConsentState consent,
                   const std::optional<runtime::LastPosition>& last) {
    return status_json(track, consent, last, noon, silence);
}

TEST(StatusJson, IsThePublishedAnswer) {
    EXPECT_EQ(status(running_track(), ConsentState::allowed, heard_at(noon - 4000)),
              R"({"status":"started","trackId":"mts:track:1","trackName":"van 7","externalRefId":"a \"b\"\u000a",)"
              R"("deviceId":"919876543210","consentStatus":"granted","startedAt":1699996399,"stoppedAt":0,)"
              R"("duration":3600,"rsOutput":{"confidence":"high","distance":500,)"
              R"("errorReason":["lowSignalStrength"]}})");
}

TEST(StatusJson, HasNoConfidenceBeforeAPosition) {
    EXPECT_TRUE(status(running_track(), ConsentState::allowed, {})
                    .ends_with(R"("rsOutput":{"confidence":"none","distance":0,"errorReason":[]}})"));
}

TEST(StatusJson, IsStartedFromTheFirstDurablePositionOn) {
    auto track = running_track();
    track.state = ledger::SimTrackState::initiated;
    track.has_position = false;
    EXPECT_TRUE(may_have_position(track));
    EXPECT_TRUE(status(track, ConsentState::allowed, {}).starts_with(R"({"status":"initiated")"));
    EXPECT_TRUE(status(track, ConsentState::allowed, heard_at(noon)).starts_with(R"({"status":"started")"));
    track.state = ledger::SimTrackState::created;
    EXPECT_FALSE(may_have_position(track));
}

TEST(StatusJson, SaysThatTheDeviceIsSilentFromTheSetTimeOn) {
    constexpr std::string_view silent = "deviceSilent";
    const auto track = running_track();
    EXPECT_FALSE(status(track, ConsentState::allowed, heard_at(noon - silence + 1)).contains(silent));
    EXPECT_TRUE(status(track, ConsentState::allowed, heard_at(noon - silence)).contains(silent));
    // Not since it was started again, nor when it is stopped.
    auto restarted = track;
    restarted.windows.push_back({noon - 1000, 0});
    EXPECT_FALSE(status(restarted, ConsentState::allowed, heard_at(noon - silence)).contains(silent));
    auto stopped = track;
    stopped.state = ledger::SimTrackState::stopped;
    EXPECT_FALSE(status(stopped, ConsentState::allowed, heard_at(noon - silence)).contains(silent));
}

TEST(StatusJson, NeverSaysThatTheDeviceIsSilentWhereThatIsSetSo) {
    auto track = running_track();
    EXPECT_FALSE(status_json(track, ConsentState::allowed, heard_at(1), noon, 0).contains("deviceSilent"));
    track.silent = true;
    EXPECT_TRUE(status_json(track, ConsentState::allowed, heard_at(1), noon, 0).contains("deviceSilent"));
}

TEST(StatusJson, TakesAnArrivalBeforeTheDaemonsStartForTheTimeObserved) {
    EXPECT_FALSE(status(running_track(), ConsentState::allowed, heard_at(0)).contains("deviceSilent"));
}

TEST(StatusJson, SaysThatConsentWasRevoked) {
    const auto text = status(running_track(), ConsentState::revoked, heard_at(noon));
    EXPECT_TRUE(text.contains(R"("consentStatus":"revoked")"));
    EXPECT_TRUE(text.contains(R"(["lowSignalStrength","consentRevoked"])"));
    auto track = running_track();
    track.state = ledger::SimTrackState::stopped;
    track.reason = ledger::StopReason::consent_revoked;
    EXPECT_TRUE(status(track, ConsentState::allowed, heard_at(noon)).contains("consentRevoked"));
}

TEST(ConsentJson, HasZerosWhereNothingHasHappened) {
    EXPECT_EQ(consent_json({.msisdn = *Msisdn::parse("1")}),
              R"({"consentStatus":"none","expiryAt":0,"consentRequestedAt":0,"consentReceivedAt":0})");
}

TEST(ConsentJson, TellsTheEndOfAConsentButNotOfARequest) {
    ledger::Consent consent{
        .msisdn = *Msisdn::parse("1"), .state = ConsentState::pending, .requested_ms = 1000, .expires_ms = 9000};
    EXPECT_TRUE(consent_json(consent).contains(R"("expiryAt":0,"consentRequestedAt":1000)"));
    consent.state = ConsentState::expired;  // the request lapsed
    EXPECT_TRUE(consent_json(consent).contains(R"("expiryAt":0)"));
    consent.received_ms = 2000;
    EXPECT_TRUE(consent_json(consent).contains(R"("consentStatus":"expired","expiryAt":9000)"));
    consent.state = ConsentState::allowed;
    EXPECT_TRUE(consent_json(consent).contains(R"("expiryAt":9000)"));
}

}  // namespace
}  // namespace simtrail::api
