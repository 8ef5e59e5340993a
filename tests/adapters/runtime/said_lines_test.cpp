// sms and control lines of live sources: the daemon's core acts on those that the source is trusted with.

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/made_core.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::MadeCore;
using testing::MadeSource;

const Msisdn speaker = *Msisdn::parse("919876543210");

class SaidLines : public ::testing::Test {
   protected:
    std::string control(const std::string& rest) const {
        return R"({"type":"control","ts":)" + std::to_string(core_.now()) + R"(,"tenant":"acme",)" + rest + "}";
    }
    std::string request() const { return control(R"("op":"requestConsent","path":"919876543210")"); }
    std::string yes() const {
        return R"({"type":"sms","ts":)" + std::to_string(core_.now()) +
               R"(,"from":"919876543210","to":"56767","text":"YES 4821"})";
    }
    std::shared_ptr<MadeSource> source(feed::Trust trust) const {
        auto made = std::make_shared<MadeSource>("probe");
        made->trust = trust;
        return made;
    }
    ledger::ConsentState state() {
        auto found = ledger::ConsentState::none;
        core_.core().read([&](const ledger::LedgerBook& book) {
            if (const auto* consent = book.consent("acme", speaker)) found = consent->state;
        });
        return found;
    }

    testing::TemporaryFolder folder_;
    MadeCore core_{folder_.file("said.db"), 2};
};

TEST_F(SaidLines, OfATrustedSourceDriveTheLedgerAndEventsBehindThemCount) {
    const auto trusted = source({.sms = true, .control = true});
    std::vector<std::string> lines{
        request(), yes(), control(R"("op":"createSimTrack","body":{"msisdn":"919876543210","defaultStart":true})")};
    for (int i = 0; i < 100; ++i) lines.push_back(MadeCore::line(speaker, core_.now() + i));
    core_.feed(trusted, lines);
    ASSERT_TRUE(eventually([&] { return trusted->acknowledged == lines.size(); }));
    EXPECT_EQ(state(), ledger::ConsentState::allowed);
    EXPECT_EQ(core_.trace(1).size(), 100U);
}

TEST_F(SaidLines, EventsBehindAWithdrawalDoNotCount) {
    const auto trusted = source({.sms = true, .control = true});
    core_.start_tracking(speaker);
    core_.feed(trusted,
               {MadeCore::line(speaker, core_.now()),
                R"({"type":"sms","ts":)" + std::to_string(core_.now()) + R"(,"from":"919876543210","text":"STOP"})",
                MadeCore::line(speaker, core_.now() + 1)});
    ASSERT_TRUE(eventually([&] { return trusted->acknowledged == 3; }));
    EXPECT_EQ(state(), ledger::ConsentState::revoked);
    EXPECT_EQ(core_.trace(1).size(), 1U);
}

TEST_F(SaidLines, OfOtherSourcesChangeNothing) {
    const auto untrusted = source({});
    core_.feed(untrusted, {request(), yes()});
    ASSERT_TRUE(eventually([&] { return untrusted->acknowledged == 2; }));
    EXPECT_EQ(untrusted->log().count(feed::Outcome::untrusted), 2U);
    EXPECT_EQ(state(), ledger::ConsentState::none);
}

TEST_F(SaidLines, ThatAreWrongOrRefusedAreCountedAndHoldUpNobody) {
    const auto trusted = source({.sms = true, .control = true});
    core_.feed(trusted, {control(R"("op":"frobnicate")"), control(R"("op":"requestConsent","path":"x")"),
                         control(R"("op":"noteText","path":"91","body":{"fate":"textSent"})"), yes(),
                         control(R"("op":"retrieveConsent","path":"91")"), MadeCore::line(speaker, core_.now())});
    ASSERT_TRUE(eventually([&] { return trusted->acknowledged == 6; }));
    EXPECT_EQ(trusted->log().count(feed::Outcome::unknown_operation), 2U);
    EXPECT_EQ(trusted->log().count(feed::Outcome::bad_argument), 1U);
    EXPECT_EQ(state(), ledger::ConsentState::none);
}

TEST_F(SaidLines, AreAcknowledgedOnlyOnceWhatTheyChangedIsDurable) {
    const auto trusted = source({.sms = true, .control = true});
    core_.fail_commits(true);
    core_.feed(trusted, {request()});
    ASSERT_TRUE(eventually([&] { return core_.failures() > 2; }));
    EXPECT_EQ(trusted->acknowledged, 0U);
    EXPECT_EQ(state(), ledger::ConsentState::none);
    core_.fail_commits(false);
    ASSERT_TRUE(eventually([&] { return trusted->acknowledged == 1; }));
    EXPECT_EQ(state(), ledger::ConsentState::pending);
    core_.close();
    EXPECT_EQ(core_.steps(speaker), (std::vector<std::string>{"requested", "textSent"}));
}

}  // namespace
}  // namespace simtrail
