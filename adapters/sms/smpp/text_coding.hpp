#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace simtrail::sms::smpp {

/// 3GPP TS 23.038 section 6.2.1.1: what follows it stands in the extension table.
inline constexpr char gsm_escape = 0x1B;

/// How a text's characters stand in octets.
enum class Alphabet : std::uint8_t {
    gsm,     // 3GPP TS 23.038 section 6.2.1 with its extension table, one septet an octet, as SMPP carries it
    latin1,  // ISO 8859-1
    ascii,   // ITU-T T.50
    ucs2,    // read and written as UTF-16, big-endian
};

/// The alphabet of a data_coding (SMPP section 5.2.19, 3GPP TS 23.038 section 4 for message classes and waiting indications).
/// 0 is the SMSC's own default, which its operator tells. Nothing for binary data and for alphabets that are not read here.
std::optional<Alphabet> alphabet_of(std::uint8_t data_coding, Alphabet default_alphabet) noexcept;

/// Octets to UTF-8, never failing: what is no character (an octet over 127 in gsm and ascii, a lone surrogate, an odd last
/// octet, an escape at the end) becomes U+FFFD. An escape before a septet outside the extension table is passed over, one
/// before another escape is a space, as the standard wants; a byte order mark in front is dropped.
std::string decode_text(std::string_view octets, Alphabet alphabet);

/// Words in ASCII and nothing else: they say the same in nearly every coding, so a STOP is one however it is labelled.
bool is_plain_text(std::string_view octets) noexcept;

struct CodedText {
    Alphabet alphabet = Alphabet::gsm;
    std::uint8_t data_coding = 0;
    std::string octets;
};

/// The text in the SMSC's default alphabet where that has all its characters, else as UCS-2. Malformed UTF-8 becomes U+FFFD.
CodedText encode_text(std::string_view utf8, Alphabet default_alphabet);

}  // namespace simtrail::sms::smpp
