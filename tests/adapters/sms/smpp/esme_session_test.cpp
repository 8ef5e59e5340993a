#include "adapters/sms/smpp/esme_session.hpp"

#include <gtest/gtest.h>

#include "tests/support/smpp_wire.hpp"

namespace simtrail::tests {
namespace {

using namespace sms::smpp;
using State = SessionState;
using Id = CommandId;

struct Told final : SessionSink {
    void on_bound() override { ++bound; }
    void on_answer(SubmitAnswer answer) override { answers.push_back(std::move(answer)); }
    void on_lost(std::uint64_t token, Lost how) override { lost.emplace_back(token, how); }
    void on_short_message(Delivery delivery, ShortMessage message) override {
        deliveries.push_back(delivery);
        texts.push_back(message.short_message);
    }
    void on_data(Delivery delivery, DataSm) override { deliveries.push_back(delivery); }
    void on_closed(std::string why) override { closed.push_back(std::move(why)); }

    int bound = 0;
    std::vector<SubmitAnswer> answers;
    std::vector<std::pair<std::uint64_t, Lost>> lost;
    std::vector<Delivery> deliveries;
    std::vector<std::string> texts, closed;
};

using Lots = std::vector<std::pair<std::uint64_t, Lost>>;

ShortMessage message(std::string text) {
    return {.destination = {1, 1, "919876543210"}, .short_message = std::move(text)};
}

class Session {
   public:
    explicit Session(SessionOptions options = {}, BindRole role = BindRole::transceiver)
        : session(with_credentials(std::move(options)), role, told) {}

    /// What was written since the last time.
    std::vector<Pdu> sent() { return reader_.read(session.take_output()); }
    std::vector<Id> sent_ids() {
        std::vector<Id> ids;
        for (const auto& pdu : sent()) ids.push_back(pdu.header.id);
        return ids;
    }
    void give(std::string_view octets) { put_octets(session, octets, now); }
    Session& bind() {
        session.connected(now);
        const auto request = sent().at(0).header;
        give(octets(response_to(request.id), request.sequence, BindResponse{.system_id = "smsc"}));
        return *this;
    }
    void pass(std::int64_t ms) {
        now += ms;
        session.tick(now);
    }
    /// Submits texts of these tokens, and says under which sequence numbers.
    std::vector<std::uint32_t> submit(const std::vector<std::uint64_t>& tokens) {
        for (const auto token : tokens) session.submit(token, message("text"), now);
        std::vector<std::uint32_t> sequences;
        for (const auto& pdu : sent()) sequences.push_back(pdu.header.sequence);
        return sequences;
    }

    std::int64_t now = 1'000'000;
    Told told;
    EsmeSession session;

   private:
    static SessionOptions with_credentials(SessionOptions options) {
        options.bind = {.system_id = "simtrail", .password = "secret", .system_type = "VMA"};
        return options;
    }
    WireReader reader_;
};

TEST(EsmeSession, BindsWithItsCredentialsOnceTheLinkIsThere) {
    Session smpp;
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
    Session transmitter({}, BindRole::transmitter), receiver({}, BindRole::receiver);
    transmitter.session.connected(0);
    receiver.session.connected(0);
    EXPECT_EQ(transmitter.sent_ids(), std::vector{Id::bind_transmitter});
    EXPECT_EQ(receiver.sent_ids(), std::vector{Id::bind_receiver});
}

TEST(EsmeSession, AReceiverSubmitsNothingAndATransmitterTakesNothing) {
    Session receiver({}, BindRole::receiver), transmitter({}, BindRole::transmitter);
    EXPECT_FALSE(receiver.bind().session.can_submit());
    transmitter.bind().give(octets(Id::deliver_sm, 5, message("hello")));
    EXPECT_EQ(transmitter.sent().at(0).header.status, Status::ESME_RINVBNDSTS);
    EXPECT_TRUE(transmitter.told.deliveries.empty());
}

TEST(EsmeSession, ARefusedBindClosesAndSaysWhy) {
    for (const auto& answer : {octets(Id::bind_transceiver_resp, 1, NoBody{}, Status::ESME_RINVPASWD),
                               octets(Id::generic_nack, 1, NoBody{}, Status::ESME_RINVPASWD)}) {
        Session smpp;
        smpp.session.connected(smpp.now);
        smpp.give(answer);
        EXPECT_EQ(smpp.session.state(), State::closed);
        ASSERT_EQ(smpp.told.closed.size(), 1);
        EXPECT_NE(smpp.told.closed[0].find("ESME_RINVPASWD"), std::string::npos);
        EXPECT_EQ(smpp.told.closed[0].find("secret"), std::string::npos);
    }
}

TEST(EsmeSession, AnUnansweredBindClosesInTime) {
    Session smpp({.response_timeout_ms = 5000});
    smpp.session.connected(smpp.now);
    EXPECT_EQ(smpp.session.next_ms(), smpp.now + 5000);
    smpp.pass(4999);
    EXPECT_EQ(smpp.session.state(), State::binding);
    smpp.pass(1);
    EXPECT_EQ(smpp.session.state(), State::closed);
}

TEST(EsmeSession, SubmitsUpToItsWindowAndGoesOnWithEachAnswer) {
    Session smpp({.window = 3});
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
    Session smpp;
    const auto sequence = smpp.bind().submit({7}).at(0);
    smpp.give(octets(Id::submit_sm_resp, sequence + 40, MessageResponse{.message_id = "stranger"}));
    smpp.give(octets(Id::submit_sm_resp, sequence, MessageResponse{.message_id = "a"}));
    smpp.give(octets(Id::submit_sm_resp, sequence, MessageResponse{.message_id = "b"}));
    ASSERT_EQ(smpp.told.answers.size(), 1);
    EXPECT_EQ(smpp.told.answers[0].message_id, "a");
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, AGenericNackAnswersASubmitWithItsStatus) {
    Session smpp;
    const auto sequence = smpp.bind().submit({7}).at(0);
    smpp.give(octets(Id::generic_nack, sequence, NoBody{}, Status::ESME_RINVCMDLEN));
    ASSERT_EQ(smpp.told.answers.size(), 1);
    EXPECT_EQ(smpp.told.answers[0].status, Status::ESME_RINVCMDLEN);
}

TEST(EsmeSession, ASubmitWithoutAnswerTimesOutAndFreesItsPlace) {
    Session smpp({.window = 1, .response_timeout_ms = 5000});
    smpp.bind().submit({7});
    smpp.pass(4999);
    EXPECT_TRUE(smpp.told.lost.empty());
    smpp.pass(1);
    EXPECT_EQ(smpp.told.lost, (Lots{{7, Lost::timed_out}}));
    EXPECT_TRUE(smpp.session.can_submit());
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, ACutLinkTellsWhatMayHaveArrivedFromWhatNeverLeft) {
    Session smpp;
    smpp.bind().submit({1, 2});
    smpp.session.submit(3, message("still here"), smpp.now);
    smpp.session.disconnected("cut");
    EXPECT_EQ(smpp.told.lost, (Lots{{1, Lost::cut}, {2, Lost::cut}, {3, Lost::unsent}}));
    EXPECT_EQ(smpp.told.closed, std::vector<std::string>{"cut"});
    EXPECT_EQ(smpp.session.state(), State::closed);
}

TEST(EsmeSession, APeerThatReadsNothingIsLeftRatherThanSentTheSameTwice) {
    Session smpp({.response_timeout_ms = 5000});
    smpp.bind();
    smpp.session.submit(1, message("not taken"), smpp.now);
    smpp.pass(5000);
    EXPECT_EQ(smpp.session.state(), State::closed);
    EXPECT_EQ(smpp.told.lost, (Lots{{1, Lost::unsent}}));
}

TEST(EsmeSession, SequenceNumbersWrapToOne) {
    Session smpp({.first_sequence = 0x7FFF'FFFE});
    EXPECT_EQ(smpp.bind().submit({1, 2, 3}), (std::vector<std::uint32_t>{0x7FFF'FFFF, 1, 2}));
}

TEST(EsmeSession, AsksWhetherASilentPeerLivesAndLeavesItWhereItDoesNotSay) {
    Session smpp({.enquire_interval_ms = 30'000, .response_timeout_ms = 10'000});
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
    Session smpp({.enquire_interval_ms = 30'000, .response_timeout_ms = 10'000});
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
    Session smpp({.enquire_interval_ms = 30'000, .response_timeout_ms = 10'000});
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
    Session smpp;
    smpp.session.connected(smpp.now);
    smpp.sent();
    smpp.give(octets(Id::enquire_link, 77));
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::enquire_link_resp);
    EXPECT_EQ(sent[0].header.sequence, 77);
}

TEST(EsmeSession, AnswersADeliveryOnlyWhenToldTo) {
    Session smpp;
    smpp.bind().give(octets(Id::deliver_sm, 42, message("YES 4821")));
    EXPECT_TRUE(smpp.sent().empty());
    ASSERT_EQ(smpp.told.texts, std::vector<std::string>{"YES 4821"});
    smpp.session.answer(smpp.told.deliveries[0], Status::ESME_ROK);
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::deliver_sm_resp);
    EXPECT_EQ(sent[0].header.sequence, 42);
    EXPECT_EQ(smpp.session.unanswered(), 0);
}

TEST(EsmeSession, ADataMessageIsAnsweredAsOne) {
    Session smpp;
    smpp.bind().give(octets(Id::data_sm, 43, DataSm{.tlvs = {{Tag::message_payload, "YES"}}}));
    smpp.session.answer(smpp.told.deliveries.at(0), Status::ESME_RX_T_APPN);
    const auto sent = smpp.sent();
    EXPECT_EQ(sent.at(0).header.id, Id::data_sm_resp);
    EXPECT_EQ(sent.at(0).header.status, Status::ESME_RX_T_APPN);
}

TEST(EsmeSession, AFloodOfDeliveriesIsThrottledAndHoldsNoMoreThanItsBound) {
    Session smpp;
    smpp.bind();
    constexpr std::size_t flood = 10'000;
    std::size_t throttled = 0;
    for (std::uint32_t each = 0; each < flood; ++each) {
        smpp.give(octets(Id::deliver_sm, each, message("again")));
        if (each % 100 == 0)
            for (const auto& pdu : smpp.sent()) throttled += pdu.header.status == Status::ESME_RTHROTTLED ? 1 : 0;
    }
    for (const auto& pdu : smpp.sent()) throttled += pdu.header.status == Status::ESME_RTHROTTLED ? 1 : 0;
    EXPECT_EQ(smpp.told.deliveries.size(), EsmeSession::max_unanswered);
    EXPECT_EQ(smpp.session.unanswered(), EsmeSession::max_unanswered);
    EXPECT_EQ(throttled, flood - EsmeSession::max_unanswered);
}

TEST(EsmeSession, IsNotReadFromWhileItsAnswersAreNotTaken) {
    Session smpp;
    smpp.bind();
    const auto enquiry = octets(Id::enquire_link, 1);
    std::size_t given = 0;
    while (smpp.session.wants_read() && given < 10'000'000) {
        smpp.give(enquiry);
        given += enquiry.size();
    }
    EXPECT_FALSE(smpp.session.wants_read());
    EXPECT_FALSE(smpp.session.can_submit());
    EXPECT_LE(smpp.session.take_output().size(), EsmeSession::max_output_octets + enquiry.size());
    EXPECT_TRUE(smpp.session.wants_read());
}

TEST(EsmeSession, AbsurdLengthsEndTheConversationWithANack) {
    for (const std::uint32_t length : {0U, 1U, 15U, 0x7FFF'FFFFU, 0xFFFF'FFFFU}) {
        Session smpp;
        smpp.bind();
        std::string header(16, '\0');
        for (std::size_t octet = 0; octet < 4; ++octet) header[octet] = static_cast<char>(length >> (24 - 8 * octet));
        header[7] = 0x05;
        smpp.give(header.substr(0, 4));
        EXPECT_EQ(smpp.session.state(), State::closed) << length;
        const auto sent = smpp.sent();
        ASSERT_EQ(sent.size(), 1) << length;
        EXPECT_EQ(sent[0].header.id, Id::generic_nack);
        EXPECT_EQ(sent[0].header.status, Status::ESME_RINVCMDLEN);
        EXPECT_EQ(sent[0].header.sequence, 0);
    }
}

TEST(EsmeSession, APduComesInWhateverPieces) {
    Session smpp;
    smpp.bind();
    const auto whole = octets(Id::deliver_sm, 42, message("YES")) + octets(Id::enquire_link, 43);
    for (const char octet : whole) smpp.give({&octet, 1});
    EXPECT_EQ(smpp.told.texts, std::vector<std::string>{"YES"});
    EXPECT_EQ(smpp.sent_ids(), std::vector{Id::enquire_link_resp});
}

TEST(EsmeSession, UnknownCommandsAreNackedAndUnknownAnswersPassedOver) {
    Session smpp;
    smpp.bind();
    const auto unknown = [&](std::uint32_t id) {
        auto pdu = octets(Id::enquire_link, 99);
        for (std::size_t octet = 0; octet < 4; ++octet) pdu[4 + octet] = static_cast<char>(id >> (24 - 8 * octet));
        return pdu;
    };
    smpp.give(unknown(0x0000'0999));
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::generic_nack);
    EXPECT_EQ(sent[0].header.status, Status::ESME_RINVCMDID);
    EXPECT_EQ(sent[0].header.sequence, 99);
    smpp.give(unknown(0x8000'0999));
    EXPECT_TRUE(smpp.sent().empty());
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, AnAlertIsTakenWithoutAnAnswer) {
    Session smpp;
    smpp.bind().give(octets(Id::alert_notification, 3, AlertNotification{.source = {1, 1, "919876543210"}}));
    EXPECT_TRUE(smpp.sent().empty());
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, ADeliveryThatCannotBeReadIsRefusedAndTheTalkGoesOn) {
    Session smpp;
    auto broken = octets(Id::deliver_sm, 4, message("YES"));
    broken[broken.size() - 4] = 100;  // sm_length past the end
    smpp.bind().give(broken);
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::deliver_sm_resp);
    EXPECT_NE(sent[0].header.status, Status::ESME_ROK);
    EXPECT_EQ(smpp.session.unanswered(), 0);
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, SaysGoodByeAfterTheLastAnswers) {
    Session smpp;
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
    Session smpp({.response_timeout_ms = 2000});
    smpp.bind().session.unbind(smpp.now);
    smpp.pass(2000);
    EXPECT_EQ(smpp.session.state(), State::closed);
}

TEST(EsmeSession, APeersGoodByeIsAnsweredAndWhatItOwesIsLost) {
    Session smpp;
    smpp.bind().submit({5});
    smpp.give(octets(Id::unbind, 6));
    const auto sent = smpp.sent();
    ASSERT_EQ(sent.size(), 1);
    EXPECT_EQ(sent[0].header.id, Id::unbind_resp);
    EXPECT_EQ(smpp.session.state(), State::closed);
    EXPECT_EQ(smpp.told.lost, (Lots{{5, Lost::cut}}));
}

TEST(EsmeSession, ClosedItTakesAndSaysNothingMore) {
    Session smpp;
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
