#include "adapters/sms/smpp/segmentation.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::smpp {
namespace {

using namespace std::string_literals;
using enum LongTexts;

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

std::vector<std::size_t> sizes(const std::optional<SplitText>& split) {
    std::vector<std::size_t> sizes;
    if (split)
        for (const TextPart& part : split->parts) sizes.push_back(part.short_message.size());
    return sizes;
}

using Sizes = std::vector<std::size_t>;

ShortMessage as_message(const SplitText& split, const TextPart& part) {
    return {.esm_class = part.esm_class,
            .data_coding = split.data_coding,
            .short_message = part.short_message,
            .tlvs = part.tlvs};
}

TEST(Segmentation, SendsAShortTextAsItIs) {
    for (const LongTexts how : {user_data_header, message_payload, segment_tlvs}) {
        for (const auto& [text, octets] : {std::pair<std::string, std::size_t>{repeated("x", 160), 160},
                                           {repeated("€", 80), 160},
                                           {repeated("ह", 70), 140},
                                           {"", 0}}) {
            const auto split = split_text(text, Alphabet::gsm, how, 1);
            ASSERT_EQ(sizes(split), Sizes{octets});
            EXPECT_EQ(split->parts[0].esm_class, 0);
            EXPECT_TRUE(split->parts[0].tlvs.empty());
        }
    }
}

TEST(Segmentation, CutsALongTextWithHeaders) {
    const auto split = split_text(repeated("x", 161), Alphabet::gsm, user_data_header, 0x1FE);
    ASSERT_EQ(sizes(split), (Sizes{159, 14}));
    EXPECT_EQ(split->parts[0].short_message.substr(0, 7), "\5\0\3\xFE\2\1x"s);
    EXPECT_EQ(split->parts[1].short_message, "\5\0\3\xFE\2\2"s + repeated("x", 8));
    EXPECT_EQ(split->parts[0].esm_class, esm_user_data_header);
    EXPECT_EQ(split->data_coding, 0);
    const auto wide = split_text(repeated("ह", 71), Alphabet::gsm, user_data_header, 7);
    ASSERT_EQ(sizes(wide), (Sizes{140, 14}));
    EXPECT_EQ(wide->data_coding, 8);
    EXPECT_EQ(sizes(split_text(repeated("é", 141), Alphabet::latin1, user_data_header, 7)), (Sizes{140, 13}));
}

TEST(Segmentation, KeepsPairsTogether) {
    // 152 septets and an escape pair across the part's end: the pair goes to the next one.
    EXPECT_EQ(sizes(split_text(repeated("x", 152) + "€" + repeated("x", 20), Alphabet::gsm, segment_tlvs, 1)),
              (Sizes{152, 22}));
    EXPECT_EQ(sizes(split_text(repeated("x", 151) + "€" + repeated("x", 20), Alphabet::gsm, segment_tlvs, 1)),
              (Sizes{153, 20}));
    EXPECT_EQ(sizes(split_text(repeated("ह", 66) + "😀" + repeated("ह", 9), Alphabet::gsm, segment_tlvs, 1)),
              (Sizes{132, 22}));
    EXPECT_EQ(sizes(split_text(repeated("ह", 65) + "😀" + repeated("ह", 9), Alphabet::gsm, segment_tlvs, 1)),
              (Sizes{134, 18}));
}

TEST(Segmentation, PutsALongTextIntoOnePayload) {
    const auto text = repeated("ह", 300);
    const auto split = split_text(text, Alphabet::gsm, message_payload, 1);
    ASSERT_EQ(sizes(split), Sizes{0});
    EXPECT_EQ(decode_text(*find_tlv(split->parts[0].tlvs, Tag::message_payload), Alphabet::ucs2), text);
    EXPECT_TRUE(split_text(repeated("x", 65'535), Alphabet::gsm, message_payload, 1));
    EXPECT_FALSE(split_text(repeated("x", 65'536), Alphabet::gsm, message_payload, 1));
}

TEST(Segmentation, SendsAtMost255Parts) {
    for (const LongTexts how : {user_data_header, segment_tlvs}) {
        const auto split = split_text(repeated("x", std::size_t{255} * 153), Alphabet::gsm, how, 9);
        ASSERT_TRUE(split);
        EXPECT_EQ(split->parts.size(), 255U);
        EXPECT_EQ(received_text(as_message(*split, split->parts.back()))->part->part, 255);
        EXPECT_FALSE(split_text(repeated("x", std::size_t{255} * 153 + 1), Alphabet::gsm, how, 9));
    }
}

TEST(Segmentation, ReadsItsPartsBack) {
    const std::string text = repeated("Straße €{5} ", 40);
    for (const LongTexts how : {user_data_header, segment_tlvs, message_payload}) {
        const auto split = split_text(text, Alphabet::gsm, how, 0x0A);
        std::string together;
        std::uint8_t parts = 0;
        for (const TextPart& part : split->parts) {
            const ShortMessage message = as_message(*split, part);
            const auto received = received_text(message);
            ASSERT_TRUE(received);
            if (how != message_payload) {
                const auto scheme = how == segment_tlvs ? PartScheme::segment_tlvs : PartScheme::octet_reference;
                EXPECT_EQ(received->part, (PartNumber{scheme, 0x0A, 4, ++parts}));
            }
            together += decode_text(received->octets, Alphabet::gsm);
        }
        EXPECT_EQ(together, text);
    }
}

std::optional<PartNumber> number_in(std::string_view header) {
    const ShortMessage message{.esm_class = esm_user_data_header, .short_message = std::string(header) + "text"};
    const auto received = received_text(message).value_or(ReceivedText{.octets = "no header"});
    EXPECT_EQ(received.octets, "text");
    return received.part;
}

TEST(UserDataHeader, IsReadWithBothReferencesAndOtherElementsSkipped) {
    EXPECT_EQ(number_in("\5\0\3\x2A\2\1"s), (PartNumber{PartScheme::octet_reference, 0x2A, 2, 1}));
    EXPECT_EQ(number_in("\6\x08\4\x2A\x2B\xFF\xFE"s), (PartNumber{PartScheme::wide_reference, 0x2A2B, 255, 254}));
    EXPECT_EQ(number_in("\x0B\5\4\1\2\3\4\0\3\x2A\2\1"s), (PartNumber{PartScheme::octet_reference, 0x2A, 2, 1}));
    EXPECT_EQ(number_in("\6\5\4\1\2\3\4"s), std::nullopt);
    EXPECT_EQ(number_in("\0"s), std::nullopt);
}

TEST(UserDataHeader, OfHostilePeersHarmsNothing) {
    for (const auto& header : {"\5\0\3\x2A\2\0"s, "\5\0\3\x2A\2\3"s, "\5\0\3\x2A\0\0"s,  // no part, more than all, none
                               "\1\0"s, "\2\0\3"s, "\3\0\xFF\1"s,  // elements past the header's end
                               "\4\0\2\x2A\2"s, "\6\0\4\1\2\1\1"s, "\5\x08\3\1\2\1"s})  // of another length
        EXPECT_EQ(number_in(header), std::nullopt) << ::testing::PrintToString(header);
    for (const auto& cut : {"\5\0\3\x2A"s, "\x01"s, "\xFFtext"s})
        EXPECT_FALSE(received_text(ShortMessage{.esm_class = esm_user_data_header, .short_message = cut}));
    const auto empty = received_text(ShortMessage{.esm_class = esm_user_data_header});
    ASSERT_TRUE(empty);
    EXPECT_EQ(empty->octets, "");
}

TEST(UserDataHeader, CountsBeforeSegmentTlvs) {
    Tlvs tlvs{wide_number_tlv(Tag::sar_msg_ref_num, 9), number_tlv(Tag::sar_total_segments, 3),
              number_tlv(Tag::sar_segment_seqnum, 3)};
    ShortMessage message{.esm_class = esm_user_data_header, .short_message = "\5\0\3\x2A\2\1text"s, .tlvs = tlvs};
    EXPECT_EQ(received_text(message)->part->scheme, PartScheme::octet_reference);
    message.short_message = "\0text"s;
    EXPECT_EQ(received_text(message)->part, (PartNumber{PartScheme::segment_tlvs, 9, 3, 3}));
    message.tlvs[2].value = "\4";
    EXPECT_EQ(received_text(message)->part, std::nullopt);
    message.tlvs.pop_back();
    EXPECT_EQ(received_text(message)->part, std::nullopt);
}

TEST(UserDataHeader, IsReadInTheOctetsOfDataSmToo) {
    const DataSm message{.esm_class = esm_user_data_header, .tlvs = {{Tag::message_payload, "\5\0\3\x2A\2\1text"s}}};
    EXPECT_EQ(received_text(message)->octets, "text");
    EXPECT_EQ(received_text(message)->part->reference, 0x2A);
}

}  // namespace
}  // namespace simtrail::sms::smpp
