#pragma once

#include <string>
#include <string_view>

namespace simtrail::sms::smpp {

constexpr char32_t replacement_character = 0xFFFD;

/// Takes the first character off a text that is not empty. Where no well-formed UTF-8 begins (overlong forms, surrogates and
/// numbers over U+10FFFF are none), one octet is taken for a replacement character.
char32_t take_utf8(std::string_view& text) noexcept;

/// Appends a character; a surrogate or a number over U+10FFFF as a replacement character.
void append_utf8(std::string& out, char32_t character);

}  // namespace simtrail::sms::smpp
