#include "adapters/runtime/line_commands.hpp"

#include <gtest/gtest.h>

namespace simtrail::runtime {
namespace {

using feed::Outcome;

std::expected<std::optional<ledger::Command>, Outcome> made(feed::ControlLine line) {
    line.tenant = line.tenant.empty() ? "acme" : line.tenant;
    return command_of(line, {});
}

TEST(LineCommands, AreTheOnesOfTheApi) {
    const auto request = made({.operation = "requestConsent", .path = "91", .tenant_name = "Acme", .key_id = "k"});
    ASSERT_TRUE(request && *request);
    const auto& asked = std::get<ledger::RequestConsent>(**request);
    EXPECT_EQ(asked.msisdn.text(), "91");
    EXPECT_EQ(asked.caller.tenant_name, "Acme");
    EXPECT_EQ(asked.caller.key_id, "k");
    EXPECT_TRUE(std::holds_alternative<ledger::RevokeConsent>(**made({.operation = "revokeConsent", .path = "91"})));
    const auto create =
        made({.operation = "createSimTrack", .body_json = R"({"msisdn":"91","defaultStart":true,"expiry":"2h"})"});
    EXPECT_TRUE(std::get<ledger::CreateSimTrack>(**create).start);
    EXPECT_EQ(std::get<ledger::CreateSimTrack>(**create).expiry_ms, 7'200'000);
    EXPECT_EQ(std::get<ledger::CreateSimTrack>(**create).caller.key_id, "control");
    const auto stop = made({.operation = "updateSimTrack", .path = "van", .body_json = R"({"operation":"stop"})"});
    EXPECT_EQ(std::get<ledger::StopSimTrack>(**stop).track.text, "van");
    EXPECT_TRUE(std::holds_alternative<ledger::DeleteSimTrack>(**made({.operation = "deleteSimTrack", .path = "van"})));
}

TEST(LineCommands, ThatOnlyReadAskNothing) {
    for (const char* operation : {"retrieveConsent", "getConsentStatus", "listSimTracks", "getTraceData",
                                  "getSimTrackStatusById", "getSimTrackStatusByName", "getSimTrackStatusByMsisdn"}) {
        const auto nothing = made({.operation = operation});
        ASSERT_TRUE(nothing) << operation;
        EXPECT_FALSE(*nothing) << operation;
    }
}

TEST(LineCommands, TellWhatIsWrong) {
    EXPECT_EQ(made({.operation = "eraseSubscriber", .path = "91"}).error(), Outcome::unknown_operation);
    EXPECT_EQ(made({.operation = "requestConsent"}).error(), Outcome::bad_argument);
    EXPECT_EQ(made({.operation = "requestConsent", .path = "1234567890123"}).error(), Outcome::bad_argument);
    EXPECT_EQ(made({.operation = "createSimTrack", .body_json = "{}"}).error(), Outcome::bad_argument);
    EXPECT_EQ(made({.tenant = "a b", .operation = "requestConsent", .path = "91"}).error(), Outcome::bad_argument);
    EXPECT_EQ(made({.tenant = std::string(65, 'a'), .operation = "requestConsent", .path = "91"}).error(),
              Outcome::bad_argument);
}

TEST(LineCommands, OfATextSayTheGatewayAndItsTime) {
    const feed::SmsLine sms{.ts_ms = 5, .from = *Msisdn::parse("91"), .text = "YES", .gateway_ms = 4};
    const auto text = std::get<ledger::ReceiveText>(**command_of(sms, {}));
    EXPECT_EQ(text.gateway, "feed");
    EXPECT_EQ(text.gateway_ms, 4);
}

}  // namespace
}  // namespace simtrail::runtime
