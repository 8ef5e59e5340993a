#include "adapters/sms/smpp/text_coding.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::smpp {
namespace {

using namespace std::string_literals;
using enum Alphabet;

TEST(TextCoding, KnowsWhatADataCodingMeans) {
    EXPECT_EQ(alphabet_of(0x00, gsm), gsm);
    EXPECT_EQ(alphabet_of(0x00, latin1), latin1);
    EXPECT_EQ(alphabet_of(0x01, gsm), ascii);
    EXPECT_EQ(alphabet_of(0x03, gsm), latin1);
    EXPECT_EQ(alphabet_of(0x08, gsm), ucs2);
    for (const std::uint8_t coding : std::initializer_list<std::uint8_t>{0x10, 0x13, 0xC8, 0xD0, 0xF0, 0xF1, 0xF3})
        EXPECT_EQ(alphabet_of(coding, latin1), gsm);
    for (const std::uint8_t coding : std::initializer_list<std::uint8_t>{0x18, 0x1B, 0xE0})
        EXPECT_EQ(alphabet_of(coding, gsm), ucs2) << int{coding};
    for (const std::uint8_t coding : std::initializer_list<std::uint8_t>{
             0x02, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0A, 0x0D, 0x0E, 0x0F, 0x14, 0x1C, 0x20, 0x80, 0xF4, 0xFF})
        EXPECT_EQ(alphabet_of(coding, gsm), std::nullopt) << int{coding};
}

TEST(TextCoding, ReadsTheWholeGsmAlphabet) {
    std::string octets;
    for (char septet = 0; septet >= 0 && septet < 127; ++septet)
        if (septet != 0x1B) octets += septet;
    EXPECT_EQ(decode_text(octets + "\x7F", gsm),
              "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
              "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
    EXPECT_EQ(decode_text("\x1B\x0A\x1B\x14\x1B\x28\x1B\x29\x1B\x2F\x1B\x3C\x1B\x3D\x1B\x3E\x1B\x40\x1B\x65", gsm),
              "\f^{}\\[~]|€");
}

TEST(TextCoding, HasARuleForEverythingThatIsNoCharacter) {
    EXPECT_EQ(decode_text("YES\x1B", gsm), "YES\uFFFD");
    EXPECT_EQ(decode_text("\x1B\x1Bx", gsm), " x");
    EXPECT_EQ(decode_text("\x1Bx", gsm), "x");
    EXPECT_EQ(decode_text("a\x80\x1B\xFFz", gsm), "a\uFFFD\uFFFDz");
    EXPECT_EQ(decode_text("a\x80z", ascii), "a\uFFFDz");
    EXPECT_EQ(decode_text("\xA3\xFF", latin1), "£ÿ");
    EXPECT_EQ(decode_text("\0Y\0E\0"s, ucs2), "YE\uFFFD");
    EXPECT_EQ(decode_text("\xFE\xFF\0Y"s, ucs2), "Y");
    EXPECT_EQ(decode_text("\xD8\x3D\xDE\x00\0!"s, ucs2), "😀!");
    EXPECT_EQ(decode_text("\xDE\x00\xD8\x3D"s, ucs2), "\uFFFD\uFFFD");
    EXPECT_EQ(decode_text("\xD8\x3D\0A"s, ucs2), "\uFFFDA");
    EXPECT_EQ(decode_text("\xD8\x3D"s, ucs2), "\uFFFD");
    EXPECT_EQ(decode_text("\xD8\x3D\xDE"s, ucs2), "\uFFFD\uFFFD");
    for (const Alphabet alphabet : {gsm, latin1, ascii, ucs2}) EXPECT_EQ(decode_text("", alphabet), "");
}

TEST(TextCoding, TakesTheSmallestAlphabetThatHoldsAText) {
    const auto coded = [](std::string_view text, Alphabet default_alphabet, Alphabet alphabet,
                          std::string_view octets) {
        const auto got = encode_text(text, default_alphabet);
        EXPECT_EQ(got.alphabet, alphabet) << text;
        EXPECT_EQ(got.data_coding, alphabet == default_alphabet ? 0 : 8) << text;
        EXPECT_EQ(got.octets, octets) << text;
    };
    coded("Reply YES 4821 @ $1", gsm, gsm,
          "Reply YES 4821 \0 \x02"
          "1"s);
    coded("[é]€", gsm, gsm, "\x1B<\x05\x1B>\x1B\x65");
    coded("a`", gsm, ucs2, "\0a\0`"s);
    coded("हाँ", gsm, ucs2, "\x09\x39\x09\x3E\x09\x01"s);
    coded("😀", gsm, ucs2, "\xD8\x3D\xDE\x00"s);
    coded("é`", latin1, latin1, "\xE9`");
    coded("€", latin1, ucs2, "\x20\xAC"s);
    coded("a@b", ascii, ascii, "a@b");
    coded("é", ascii, ucs2, "\0\xE9"s);
    coded("\x1B", gsm, ucs2, "\0\x1B"s);
    coded("a\xFFz", gsm, ucs2, "\0a\xFF\xFD\0z"s);
    EXPECT_EQ(encode_text("a", ucs2).data_coding, 8);
    EXPECT_EQ(encode_text("", gsm).octets, "");
}

TEST(TextCoding, ReadsBackWhatItWrites) {
    for (const std::string text : {"Reply YES 4821 {ok} €", "ΔΦΓ à la carte", "हाँ 4821", "😀 and more", "ø\nå\r\f"})
        for (const Alphabet default_alphabet : {gsm, latin1, ascii, ucs2}) {
            const auto coded = encode_text(text, default_alphabet);
            EXPECT_EQ(alphabet_of(coded.data_coding, default_alphabet), coded.alphabet);
            EXPECT_EQ(decode_text(coded.octets, coded.alphabet), text);
        }
}

}  // namespace
}  // namespace simtrail::sms::smpp
