#include <gtest/gtest.h>

#include "tests/support/running_gateway.hpp"

namespace simtrail::tests {
namespace {

using namespace sms::smpp;

/// The real gateway with Perl's Net::SMPP on the other side.
class PerlSmsc : public ::testing::Test {
   protected:
    void SetUp() override {
        if (!has_perl_smsc()) GTEST_SKIP() << "Perl's Net::SMPP is not there: scripts/setup --tests installs it";
        smsc.emplace(perl_smsc());
    }
    RunningGateway& start(SmppOptions options = {}) {
        options.port = smsc->port();
        return esme.emplace(std::move(options));
    }

    std::optional<PeerProcess> smsc;
    std::optional<RunningGateway> esme;
};

TEST_F(PerlSmsc, TakesATextSendsItsReceiptAndTheReply) {
    start().send(7, "Acme asks: YES or NO? 4821");
    ASSERT_TRUE(esme->until([&] { return esme->results.size() + esme->receipts.size() + esme->texts.size() == 3; }));
    EXPECT_TRUE(esme->results.at(0).accepted);
    EXPECT_EQ(esme->receipts.at(0).message_ids.at(0), esme->results[0].message_id);
    EXPECT_EQ(esme->receipts[0].state, sms::ReceiptState::delivered);
    EXPECT_EQ(esme->texts.at(0).text, "YES 4821");
    EXPECT_EQ(esme->texts[0].from.text(), "919876543210");
    EXPECT_TRUE(esme->until([&] { return smsc->count({{"command", "deliver_sm_resp"}, {"status", "0"}}) == 2; }));
    EXPECT_EQ(smsc->events({{"event", "taken"}}).at(0)["text"], "Acme asks: YES or NO? 4821");
}

TEST_F(PerlSmsc, HearsAGoodByeAndIsBoundToAnew) {
    start().send(1, "first");
    ASSERT_TRUE(esme->until([&] { return esme->results.size() == 1; }));
    ASSERT_TRUE(esme->drained());
    EXPECT_TRUE(esme->until([&] { return smsc->count({{"event", "closed"}}) == 1; }));
    start().send(2, "second");
    ASSERT_TRUE(esme->until([&] { return esme->results.size() == 1; }));
    EXPECT_TRUE(esme->results[0].accepted);
}

TEST_F(PerlSmsc, TakesManyTextsThroughItsWindow) {
    start({.window = 50});
    for (int number = 1; number <= 500; ++number) esme->send(number, "text number " + std::to_string(number));
    const auto all_told = [&] {
        smsc->events();  // a full pipe would stop it
        return esme->results.size() == 500 && esme->texts.size() == 500;
    };
    ASSERT_TRUE(esme->until(all_told));
    EXPECT_EQ(smsc->count({{"event", "taken"}}), 500);
}

}  // namespace
}  // namespace simtrail::tests
