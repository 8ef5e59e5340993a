#include "adapters/sms/smpp/utf8.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::smpp {
namespace {

std::u32string characters(std::string_view text) {
    std::u32string characters;
    while (!text.empty()) characters.push_back(take_utf8(text));
    return characters;
}

TEST(Utf8, EveryCharacterIsReadBack) {
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        std::string text;
        append_utf8(text, c);
        ASSERT_EQ(characters(text), std::u32string(1, surrogate ? replacement_character : c))
            << static_cast<unsigned>(c);
    }
    std::string text;
    append_utf8(text, 0x110000);
    EXPECT_EQ(characters(text), U"\uFFFD");
}

TEST(Utf8, MalformedOctetsBecomeReplacementCharactersOneByOne) {
    EXPECT_EQ(characters("a\x80z"), U"a\uFFFDz");
    EXPECT_EQ(characters("\xC3"), U"\uFFFD") << "cut";
    EXPECT_EQ(characters("\xE2\x82"), U"\uFFFD\uFFFD") << "cut";
    EXPECT_EQ(characters("\xC3z"), U"\uFFFDz");
    EXPECT_EQ(characters("\xC0\xAF"), U"\uFFFD\uFFFD") << "overlong";
    EXPECT_EQ(characters("\xE0\x80\xAF"), U"\uFFFD\uFFFD\uFFFD") << "overlong";
    EXPECT_EQ(characters("\xED\xA0\x80"), U"\uFFFD\uFFFD\uFFFD") << "a surrogate";
    EXPECT_EQ(characters("\xF4\x90\x80\x80"), U"\uFFFD\uFFFD\uFFFD\uFFFD") << "over U+10FFFF";
    EXPECT_EQ(characters("\xFF\xFE"), U"\uFFFD\uFFFD");
}

}  // namespace
}  // namespace simtrail::sms::smpp
