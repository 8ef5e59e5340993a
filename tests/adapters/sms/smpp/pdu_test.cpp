#include "adapters/sms/smpp/pdu.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::smpp {
namespace {

using namespace std::string_literals;

TEST(Pdu, NamesStatusesAndCommandsForPeople) {
    EXPECT_EQ(status_name(Status::ESME_ROK), "ESME_ROK (0x00000000)");
    EXPECT_EQ(status_name(Status::ESME_RTHROTTLED), "ESME_RTHROTTLED (0x00000058)");
    EXPECT_EQ(status_name(static_cast<Status>(0x4FF)), "0x000004FF");
    EXPECT_EQ(command_name(CommandId::submit_sm_resp), "submit_sm_resp");
    EXPECT_EQ(command_name(static_cast<CommandId>(0x110)), "0x00000110");
}

TEST(Pdu, AnswersWithTheRequestsSequence) {
    constexpr Header request{.length = 16, .id = CommandId::enquire_link, .sequence = 0xFFFF'FFFF};
    EXPECT_EQ(answer_header(request, Status::ESME_RSYSERR),
              (Header{.id = CommandId::enquire_link_resp, .status = Status::ESME_RSYSERR, .sequence = 0xFFFF'FFFF}));
    EXPECT_TRUE(is_response(CommandId::generic_nack));
    EXPECT_FALSE(is_response(CommandId::data_sm));
}

TEST(Pdu, FindsTheFirstTlvOfATag) {
    const Tlvs tlvs{
        {Tag::message_state, "\x02"}, {Tag::network_error_code, "\x03\x01\x02"}, {Tag::message_state, "\x05"}};
    EXPECT_EQ(*find_tlv(tlvs, Tag::message_state), "\x02");
    EXPECT_EQ(find_tlv(tlvs, Tag::message_payload), nullptr);
    EXPECT_EQ(tlv_number(tlvs, Tag::message_state), 2U);
    EXPECT_EQ(tlv_number(tlvs, Tag::network_error_code), 0x03'01'02U);
    EXPECT_EQ(tlv_number(tlvs, Tag::message_payload), std::nullopt);
    EXPECT_EQ(tlv_number({{Tag::message_state, ""}}, Tag::message_state), std::nullopt);
    EXPECT_EQ(tlv_number({{Tag::message_state, "12345"}}, Tag::message_state), std::nullopt);
    EXPECT_EQ(tlv_number({wide_number_tlv(Tag::sar_msg_ref_num, 0xFF01)}, Tag::sar_msg_ref_num), 0xFF01U);
    EXPECT_EQ(tlv_number({number_tlv(Tag::sar_segment_seqnum, 0xFE)}, Tag::sar_segment_seqnum), 0xFEU);
}

TEST(Pdu, TakesThePayloadWhereTheShortMessageIsEmpty) {
    const Tlvs payload{{Tag::message_payload, "long"}};
    EXPECT_EQ(user_data(ShortMessage{.short_message = "short", .tlvs = payload}), "short");
    EXPECT_EQ(user_data(ShortMessage{.tlvs = payload}), "long");
    EXPECT_EQ(user_data(ShortMessage{}), "");
    EXPECT_EQ(user_data(DataSm{.tlvs = payload}), "long");
}

}  // namespace
}  // namespace simtrail::sms::smpp
