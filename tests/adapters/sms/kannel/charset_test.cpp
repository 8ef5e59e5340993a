#include "adapters/sms/kannel/charset.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::kannel {
namespace {

TEST(KannelCharset, SevenBitsCarryTheGsmAlphabetAndItsExtension) {
    for (const auto* text : {"", "Reply YES 4821", "@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\r\n", "[~]{^}|\\€\f"})
        EXPECT_TRUE(is_gsm_text(text)) << text;
    for (const auto* text : {"ç", "á", "`", "हाँ", "да", "是", "😀", "Α", "\t", "\xC3", "\xff", "e\xCC\x81"})
        EXPECT_FALSE(is_gsm_text(text)) << text;
}

TEST(KannelCharset, ReadsTheCharsetsThatKannelNames) {
    EXPECT_EQ(utf8_of("YES é€", "UTF-8"), "YES é€");
    EXPECT_EQ(utf8_of("YES", "us-ascii"), "YES");
    EXPECT_EQ(utf8_of("\xE9t\xE9", "ISO-8859-1"), "été");
    EXPECT_EQ(utf8_of(std::string("\x09\x39\x09\x3e\x09\x01", 6), "UTF-16BE"), "हाँ");
    EXPECT_EQ(utf8_of(std::string("\xD8\x3D\xDE\x00\0A", 6), "ucs-2"), "😀A");
    EXPECT_EQ(utf8_of("\x01\x02", "8-BIT"), std::nullopt);
    EXPECT_EQ(utf8_of("\xE4\xE1", "KOI8-R"), std::nullopt);
    EXPECT_EQ(utf8_of("Stop!\r\n", "8-BIT"), "Stop!\r\n");
}

TEST(KannelCharset, MalformedBytesBecomeReplacementsAndNothingElse) {
    const std::string bad = "\xEF\xBF\xBD";
    EXPECT_EQ(utf8_of("a\xff"
                      "b",
                      "utf-8"),
              "a" + bad + "b");
    EXPECT_EQ(utf8_of("\xC3", "utf-8"), bad);
    EXPECT_EQ(utf8_of("\xC0\x80", "utf-8"), bad + bad) << "not the shortest form";
    EXPECT_EQ(utf8_of("\xED\xA0\x80", "utf-8"), bad + bad + bad) << "a surrogate";
    EXPECT_EQ(utf8_of("\xF4\x90\x80\x80", "utf-8"), bad + bad + bad + bad) << "beyond Unicode";
    EXPECT_EQ(utf8_of(std::string("\xD8\x3D\0A", 4), "utf-16be"), bad + "A") << "half a pair";
    EXPECT_EQ(utf8_of(std::string("\0A\0", 3), "utf-16be"), "A" + bad) << "half a unit";
}

}  // namespace
}  // namespace simtrail::sms::kannel
