#include "adapters/sms/smpp/esme_session.hpp"

#include <gtest/gtest.h>

#include "tests/support/made_session.hpp"

namespace simtrail::tests {
namespace {

using State = SessionState;
using Id = CommandId;
using Lots = std::vector<std::pair<std::uint64_t, Lost>>;

TEST(EsmeSession, BindsWithItsCredentialsOnceTheLinkIsThere) {
    MadeSession smpp;
    EXPECT_EQ(smpp.session.state(), State::connecting);
    smpp.session.connected(smpp.now);
    EXPECT_EQ(smpp.session.state(), State::binding);
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::bind_transceiver);
    EXPECT_EQ(sent[0].header.sequence, 1);
    const auto& bind = std::get<Bind>(sent[0].body);
    EXPECT_EQ(bind.system_id + bind.password + bind.system_type, "simtrailsecretVMA");
    EXPECT_EQ(bind.interface_version, 0x34);
    smpp.give(octets(Id::bind_transceiver_resp, 1, BindResponse{.system_id = "smsc"}));
    EXPECT_EQ(smpp.session.state(), State::bound);
    EXPECT_EQ(smpp.told.bound, 1);
    EXPECT_TRUE(smpp.session.can_submit());
}

TEST(EsmeSession, BindsInEachRole) {
    MadeSession transmitter({}, BindRole::transmitter), receiver({}, BindRole::receiver);
    transmitter.session.connected(0);
    receiver.session.connected(0);
    EXPECT_EQ(transmitter.sent_ids(), std::vector{Id::bind_transmitter});
    EXPECT_EQ(receiver.sent_ids(), std::vector{Id::bind_receiver});
}

TEST(EsmeSession, AReceiverSubmitsNothingAndATransmitterTakesNothing) {
    MadeSession receiver({}, BindRole::receiver), transmitter({}, BindRole::transmitter);
    EXPECT_FALSE(receiver.bind().session.can_submit());
    transmitter.bind().give(octets(Id::deliver_sm, 5, message("hello")));
    EXPECT_EQ(transmitter.sent().at(0).header.status, Status::ESME_RINVBNDSTS);
    EXPECT_TRUE(transmitter.told.deliveries.empty());
}

TEST(EsmeSession, ARefusedBindClosesAndSaysWhy) {
    for (const auto& answer : {octets(Id::bind_transceiver_resp, 1, NoBody{}, Status::ESME_RINVPASWD),
                               octets(Id::generic_nack, 1, NoBody{}, Status::ESME_RINVPASWD)}) {
        MadeSession smpp;
        smpp.session.connected(smpp.now);
        smpp.give(answer);
        EXPECT_EQ(smpp.session.state(), State::closed);
        ASSERT_EQ(smpp.told.closed.size(), 1);
        EXPECT_NE(smpp.told.closed[0].find("ESME_RINVPASWD"), std::string::npos);
        EXPECT_EQ(smpp.told.closed[0].find("secret"), std::string::npos);
    }
}

TEST(EsmeSession, AnUnansweredBindClosesInTime) {
    MadeSession smpp({.response_timeout_ms = 5000});
    smpp.session.connected(smpp.now);
    EXPECT_EQ(smpp.session.next_ms(), smpp.now + 5000);
    smpp.pass(4999);
    EXPECT_EQ(smpp.session.state(), State::binding);
    smpp.pass(1);
    EXPECT_EQ(smpp.session.state(), State::closed);
}

TEST(EsmeSession, SubmitsUpToItsWindowAndGoesOnWithEachAnswer) {
    MadeSession smpp({.window = 3});
    smpp.bind();
    const auto sequences = smpp.submit({10, 11, 12});
    EXPECT_FALSE(smpp.session.can_submit());
    smpp.give(octets(Id::submit_sm_resp, sequences[1], MessageResponse{.message_id = "abc"}));
    EXPECT_TRUE(smpp.session.can_submit());
    ASSERT_EQ(smpp.told.answers.size(), 1);
    EXPECT_EQ(smpp.told.answers[0].token, 11);
    EXPECT_EQ(smpp.told.answers[0].status, Status::ESME_ROK);
    EXPECT_EQ(smpp.told.answers[0].message_id, "abc");
}

TEST(EsmeSession, AnAnswerCountsOnceAndAStrangersNotAtAll) {
    MadeSession smpp;
    const auto sequence = smpp.bind().submit({7}).at(0);
    smpp.give(octets(Id::submit_sm_resp, sequence + 40, MessageResponse{.message_id = "stranger"}));
    smpp.give(octets(Id::submit_sm_resp, sequence, MessageResponse{.message_id = "a"}));
    smpp.give(octets(Id::submit_sm_resp, sequence, MessageResponse{.message_id = "b"}));
    ASSERT_EQ(smpp.told.answers.size(), 1);
    EXPECT_EQ(smpp.told.answers[0].message_id, "a");
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, AGenericNackAnswersASubmitWithItsStatus) {
    MadeSession smpp;
    const auto sequence = smpp.bind().submit({7}).at(0);
    smpp.give(octets(Id::generic_nack, sequence, NoBody{}, Status::ESME_RINVCMDLEN));
    ASSERT_EQ(smpp.told.answers.size(), 1);
    EXPECT_EQ(smpp.told.answers[0].status, Status::ESME_RINVCMDLEN);
}

TEST(EsmeSession, ASubmitWithoutAnswerTimesOutAndFreesItsPlace) {
    MadeSession smpp({.window = 1, .response_timeout_ms = 5000});
    smpp.bind().submit({7});
    smpp.pass(4999);
    EXPECT_TRUE(smpp.told.lost.empty());
    smpp.pass(1);
    EXPECT_EQ(smpp.told.lost, (Lots{{7, Lost::timed_out}}));
    EXPECT_TRUE(smpp.session.can_submit());
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, ACutLinkTellsWhatMayHaveArrivedFromWhatNeverLeft) {
    MadeSession smpp;
    smpp.bind().submit({1, 2});
    smpp.session.submit(3, message("still here"), smpp.now);
    smpp.session.disconnected("cut");
    EXPECT_EQ(smpp.told.lost, (Lots{{1, Lost::cut}, {2, Lost::cut}, {3, Lost::unsent}}));
    EXPECT_EQ(smpp.told.closed, std::vector<std::string>{"cut"});
    EXPECT_EQ(smpp.session.state(), State::closed);
}

TEST(EsmeSession, APeerThatReadsNothingIsLeftRatherThanSentTheSameTwice) {
    MadeSession smpp({.response_timeout_ms = 5000});
    smpp.bind();
    smpp.session.submit(1, message("not taken"), smpp.now);
    smpp.pass(5000);
    EXPECT_EQ(smpp.session.state(), State::closed);
    EXPECT_EQ(smpp.told.lost, (Lots{{1, Lost::unsent}}));
}

TEST(EsmeSession, SequenceNumbersWrapToOne) {
    MadeSession smpp({.first_sequence = 0x7FFF'FFFE});
    EXPECT_EQ(smpp.bind().submit({1, 2, 3}), (std::vector<std::uint32_t>{0x7FFF'FFFF, 1, 2}));
}

TEST(EsmeSession, AsksWhetherASilentPeerLivesAndLeavesItWhereItDoesNotSay) {
    MadeSession smpp({.enquire_interval_ms = 30'000, .response_timeout_ms = 10'000});
    smpp.bind();
    smpp.pass(29'999);
    EXPECT_TRUE(smpp.sent().empty());
    smpp.pass(1);
    EXPECT_EQ(smpp.sent_ids(), std::vector{Id::enquire_link});
    smpp.pass(9'999);
    EXPECT_TRUE(smpp.sent().empty());
    EXPECT_EQ(smpp.session.state(), State::bound);
    smpp.pass(1);
    EXPECT_EQ(smpp.session.state(), State::closed);
}

TEST(EsmeSession, AnAnsweredEnquiryIsAskedAgainAfterTheInterval) {
    MadeSession smpp({.enquire_interval_ms = 30'000, .response_timeout_ms = 10'000});
    smpp.bind().pass(30'000);
    const auto asked = smpp.sent().at(0).header.sequence;
    smpp.pass(1000);
    smpp.give(octets(Id::enquire_link_resp, asked));
    smpp.pass(29'999);
    EXPECT_TRUE(smpp.sent().empty());
    smpp.pass(1);
    EXPECT_EQ(smpp.sent_ids(), std::vector{Id::enquire_link});
}

TEST(EsmeSession, APeerThatCrawlsIsLeftAsASilentOneIs) {
    MadeSession smpp({.enquire_interval_ms = 30'000, .response_timeout_ms = 10'000});
    smpp.bind();
    const auto slow = octets(Id::deliver_sm, 9, message(std::string(140, 'x')));
    for (std::size_t second = 0; second < 40 && smpp.session.state() == State::bound; ++second) {
        smpp.give(slow.substr(second, 1));
        smpp.pass(1000);
    }
    EXPECT_EQ(smpp.session.state(), State::closed);
    EXPECT_TRUE(smpp.told.deliveries.empty());
}

TEST(EsmeSession, AnswersEnquiriesInEveryState) {
    MadeSession smpp;
    smpp.session.connected(smpp.now);
    smpp.sent();
    smpp.give(octets(Id::enquire_link, 77));
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::enquire_link_resp);
    EXPECT_EQ(sent[0].header.sequence, 77);
}

TEST(EsmeSession, SaysGoodByeAfterTheLastAnswers) {
    MadeSession smpp;
    const auto sequence = smpp.bind().submit({1}).at(0);
    smpp.session.unbind(smpp.now);
    EXPECT_EQ(smpp.session.state(), State::unbinding);
    EXPECT_FALSE(smpp.session.can_submit());
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::unbind);
    smpp.give(octets(Id::deliver_sm, 8, message("late")));
    EXPECT_EQ(smpp.sent().at(0).header.status, Status::ESME_RX_T_APPN);
    smpp.give(octets(Id::submit_sm_resp, sequence, MessageResponse{.message_id = "a"}));
    EXPECT_EQ(smpp.told.answers.size(), 1);
    smpp.give(octets(Id::unbind_resp, sent[0].header.sequence));
    EXPECT_EQ(smpp.session.state(), State::closed);
    EXPECT_EQ(smpp.told.lost, Lots{});
}

TEST(EsmeSession, AnUnansweredGoodByeEndsInTime) {
    MadeSession smpp({.response_timeout_ms = 2000});
    smpp.bind().session.unbind(smpp.now);
    smpp.pass(2000);
    EXPECT_EQ(smpp.session.state(), State::closed);
}

TEST(EsmeSession, APeersGoodByeIsAnsweredAndWhatItOwesIsLost) {
    MadeSession smpp;
    smpp.bind().submit({5});
    smpp.give(octets(Id::unbind, 6));
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::unbind_resp);
    EXPECT_EQ(smpp.session.state(), State::closed);
    EXPECT_EQ(smpp.told.lost, (Lots{{5, Lost::cut}}));
}

TEST(EsmeSession, ClosedItTakesAndSaysNothingMore) {
    MadeSession smpp;
    smpp.bind().session.disconnected("cut");
    smpp.give(octets(Id::enquire_link, 1));
    smpp.pass(3'600'000);
    smpp.session.unbind(smpp.now);
    smpp.session.answer({.id = Id::deliver_sm, .sequence = 1}, Status::ESME_ROK);
    EXPECT_TRUE(smpp.sent().empty());
    EXPECT_EQ(smpp.session.next_ms(), std::nullopt);
    EXPECT_EQ(smpp.told.closed.size(), 1);
}

}  // namespace
}  // namespace simtrail::tests
