#include "adapters/sms/smpp/esme_session.hpp"

#include <gtest/gtest.h>

#include "tests/support/made_session.hpp"

namespace simtrail::tests {
namespace {

using State = SessionState;
using Id = CommandId;

TEST(EsmeSession, AnswersADeliveryOnlyWhenToldTo) {
    MadeSession smpp;
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
    MadeSession smpp;
    smpp.bind().give(octets(Id::data_sm, 43, DataSm{.tlvs = {{Tag::message_payload, "YES"}}}));
    smpp.session.answer(smpp.told.deliveries.at(0), Status::ESME_RX_T_APPN);
    const auto sent = smpp.sent();
    EXPECT_EQ(sent.at(0).header.id, Id::data_sm_resp);
    EXPECT_EQ(sent.at(0).header.status, Status::ESME_RX_T_APPN);
}

TEST(EsmeSession, AFloodOfDeliveriesIsThrottledAndHoldsNoMoreThanItsBound) {
    MadeSession smpp;
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
    MadeSession smpp;
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
        MadeSession smpp;
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
    MadeSession smpp;
    smpp.bind();
    const auto whole = octets(Id::deliver_sm, 42, message("YES")) + octets(Id::enquire_link, 43);
    for (const char octet : whole) smpp.give({&octet, 1});
    EXPECT_EQ(smpp.told.texts, std::vector<std::string>{"YES"});
    EXPECT_EQ(smpp.sent_ids(), std::vector{Id::enquire_link_resp});
}

TEST(EsmeSession, UnknownCommandsAreNackedAndUnknownAnswersPassedOver) {
    MadeSession smpp;
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
    MadeSession smpp;
    smpp.bind().give(octets(Id::alert_notification, 3, AlertNotification{.source = {1, 1, "919876543210"}}));
    EXPECT_TRUE(smpp.sent().empty());
    EXPECT_EQ(smpp.session.state(), State::bound);
}

TEST(EsmeSession, ADeliveryThatCannotBeReadIsRefusedAndTheTalkGoesOn) {
    MadeSession smpp;
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

}  // namespace
}  // namespace simtrail::tests
