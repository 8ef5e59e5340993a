#include "adapters/sms/smpp/receipt.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::smpp {
namespace {

using namespace std::string_literals;
using Ids = std::vector<std::string>;

Receipt read(std::string text, Tlvs tlvs = {}) {
    const ShortMessage message{
        .esm_class = esm_delivery_receipt, .short_message = std::move(text), .tlvs = std::move(tlvs)};
    const auto receipt = read_receipt(message);
    EXPECT_TRUE(receipt);
    return receipt.value_or(Receipt{});
}

TEST(Receipt, IsReadFromItsText) {
    const auto receipt = read(
        "id:0123456789 sub:001 dlvrd:001 submit date:0910310124 done date:0910310125 stat:DELIVRD err:000 text:Hello");
    EXPECT_EQ(receipt.message_id, "0123456789");
    EXPECT_EQ(receipt.state, ReceiptState::delivered);
    EXPECT_EQ(receipt.detail, "DELIVRD err:000");
}

TEST(Receipt, BelievesTlvsBeforeTheText) {
    const auto receipt =
        read("id:9 stat:UNDELIV err:011", {{Tag::receipted_message_id, "38601fa\0"s}, {Tag::message_state, "\2"}});
    EXPECT_EQ(receipt.message_id, "38601fa");
    EXPECT_EQ(receipt.state, ReceiptState::delivered);
    EXPECT_EQ(receipt.detail, "DELIVRD err:011");
    EXPECT_EQ(read("", {{Tag::receipted_message_id, "a"}, {Tag::message_state, "\5"}}).state, ReceiptState::failed);
    EXPECT_EQ(read("id:9 stat:EXPIRED", {{Tag::message_state, "\xC8"}}).state, ReceiptState::failed)
        << "no such number";
    EXPECT_EQ(read("id:9", {{Tag::receipted_message_id, ""}}).message_id, "9");
}

TEST(Receipt, IsReadLeniently) {
    EXPECT_EQ(read("STAT:delivered ID:77").state, ReceiptState::delivered);
    EXPECT_EQ(read("STAT:delivered ID:77").message_id, "77");
    EXPECT_EQ(read("id: 77 stat: EXPIRED").message_id, "77");
    EXPECT_EQ(read("id: 77 stat: EXPIRED").state, ReceiptState::failed);
    EXPECT_EQ(read("id:77\r\nstat:REJECTD\r\n").state, ReceiptState::failed);
    EXPECT_EQ(read("id: sub:001 stat:DELETED").message_id, "");
    EXPECT_EQ(read("id: sub:001 stat:DELETED").state, ReceiptState::failed);
    EXPECT_EQ(read("\0i\0d\0:\0"
                   "7\0 \0s\0t\0a\0t\0:\0D\0E\0L\0I\0V\0R\0D"s)
                  .state,
              ReceiptState::delivered)
        << "UCS-2";
    EXPECT_EQ(read("id:a_b@c stat:ACCEPTD").message_id, "a_b@c") << "ASCII, whatever the data coding";
}

TEST(Receipt, ClaimsNothingOfStatesThatAreNotFinal) {
    for (const std::string word : {"ENROUTE", "ACCEPTD", "UNKNOWN", "BUFFRED", "whatever", ""}) {
        const auto receipt = read("id:1 stat:" + word);
        EXPECT_EQ(receipt.state, ReceiptState::under_way) << word;
        EXPECT_EQ(receipt.detail, word.empty() ? "no state" : word);
    }
    for (const char* number : {"\1", "\6", "\7"})
        EXPECT_EQ(read("id:1", {{Tag::message_state, number}}).state, ReceiptState::under_way);
    for (const char* number : {"\3", "\4", "\5", "\x08", "\x09"})
        EXPECT_EQ(read("id:1", {{Tag::message_state, number}}).state, ReceiptState::failed);
}

TEST(Receipt, TellsPeopleNoNumberAndNoText) {
    const auto receipt = read("id:1 stat:919876543210YES4821 err:919876543210 text:YES 4821");
    EXPECT_EQ(receipt.detail, "919876543 err:919876");
    EXPECT_EQ(read("id:1 stat:\x01\n\xFF err:\"';").detail, "no state");
}

TEST(Receipt, IsNeverMadeByASubscriber) {
    ShortMessage message{.short_message = "id:1 sub:001 stat:DELIVRD err:000"};
    EXPECT_FALSE(read_receipt(message));
    message.tlvs = {{Tag::message_state, "\2"}};
    EXPECT_FALSE(read_receipt(message));
    message.tlvs = {{Tag::receipted_message_id, "1"}};
    EXPECT_TRUE(read_receipt(message)) << "SMSCs alone send this TLV, some of them without the bits of esm_class";
    message.tlvs.clear();
    for (const std::uint8_t type : std::initializer_list<std::uint8_t>{0x08, 0x10, 0x18, 0x80, 0x40}) {
        message.esm_class = type;
        EXPECT_FALSE(read_receipt(message)) << int{type};
    }
    message.esm_class = esm_intermediate_notification | 0x03;
    EXPECT_TRUE(read_receipt(message));
}

TEST(Receipt, ComesInDataSmToo) {
    const DataSm message{.esm_class = esm_delivery_receipt,
                         .tlvs = {{Tag::receipted_message_id, "ab"}, {Tag::message_state, "\2"}}};
    EXPECT_EQ(read_receipt(message)->message_id, "ab");
    EXPECT_EQ(read_receipt(message)->state, ReceiptState::delivered);
}

TEST(Receipt, HasABoundedId) {
    EXPECT_EQ(read("id:" + std::string(5000, '1')).message_id.size(), max_text_octets);
    EXPECT_EQ(read("", {{Tag::receipted_message_id, std::string(5000, '1')}}).message_id.size(), max_text_octets);
}

TEST(MessageId, HasOneNormalForm) {
    EXPECT_EQ(normal_id("00AbCd"), "abcd");
    EXPECT_EQ(normal_id("0000"), "0");
    EXPECT_EQ(normal_id(""), "");
    EXPECT_EQ(normal_id("Msg-Xy"), "Msg-Xy");
    EXPECT_EQ(normal_id("6A3A-FF"), "6a3a-ff");
}

TEST(MessageId, MayBeWrittenInTheOtherBase) {
    EXPECT_EQ(alternative_ids("0416342074"), (Ids{"416342074", "17552384116", "18d0e03a"}));
    EXPECT_EQ(alternative_ids("18D0E03A"), (Ids{"18d0e03a", "416342074"}));
    EXPECT_EQ(alternative_ids("7"), Ids{"7"});
    EXPECT_EQ(alternative_ids("10"), (Ids{"10", "16", "a"}));
    EXPECT_EQ(alternative_ids("18446744073709551615"), (Ids{"18446744073709551615", "ffffffffffffffff"}));
    EXPECT_EQ(alternative_ids("18446744073709551616"), Ids{"18446744073709551616"});
    EXPECT_EQ(alternative_ids("1266e85a6edeaf1a02020099312479564"), Ids{"1266e85a6edeaf1a02020099312479564"});
    EXPECT_EQ(alternative_ids("xyz-1"), Ids{"xyz-1"});
    EXPECT_EQ(alternative_ids("-1"), Ids{"-1"});
    EXPECT_EQ(alternative_ids(""), Ids{""});
}

}  // namespace
}  // namespace simtrail::sms::smpp
