#include "adapters/sms/smpp/text_coding.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/sms/smpp/utf8.hpp"

namespace simtrail::sms::smpp {

namespace {

constexpr std::uint8_t ucs2_coding = 8;

/// The character of each septet; the escape stands for itself.
constexpr std::u32string_view gsm_characters =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1B"
    U"ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static_assert(gsm_characters.size() == 128);

/// What follows the escape, and its character.
constexpr std::array<std::pair<char, char32_t>, 10> gsm_extension{{{0x0A, U'\f'},
                                                                   {0x14, U'^'},
                                                                   {0x28, U'{'},
                                                                   {0x29, U'}'},
                                                                   {0x2F, U'\\'},
                                                                   {0x3C, U'['},
                                                                   {0x3D, U'~'},
                                                                   {0x3E, U']'},
                                                                   {0x40, U'|'},
                                                                   {0x65, U'€'}}};

char32_t main_character(unsigned char octet) noexcept {
    return octet < gsm_characters.size() ? gsm_characters[octet] : replacement_character;
}

/// The character after an escape.
char32_t extended(unsigned char septet) noexcept {
    if (septet == gsm_escape) return U' ';
    const auto* const found =
        std::ranges::find(gsm_extension, static_cast<char>(septet), &std::pair<char, char32_t>::first);
    return found == gsm_extension.end() ? main_character(septet) : found->second;
}

std::string decode_gsm(std::string_view octets) {
    std::string text;
    bool escaped = false;
    for (const char octet : octets) {
        const auto septet = static_cast<unsigned char>(octet);
        if (!escaped && septet == gsm_escape) {
            escaped = true;
            continue;
        }
        append_utf8(text, escaped ? extended(septet) : main_character(septet));
        escaped = false;
    }
    if (escaped) append_utf8(text, replacement_character);
    return text;
}

std::string decode_octets(std::string_view octets, unsigned char last) {
    std::string text;
    for (const char octet : octets) {
        const auto character = static_cast<unsigned char>(octet);
        append_utf8(text, character <= last ? character : replacement_character);
    }
    return text;
}

constexpr bool is_high(char32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low(char32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

std::string decode_ucs2(std::string_view octets) {
    const auto unit = [&](std::size_t at) -> char32_t {
        return static_cast<char32_t>(static_cast<unsigned char>(octets[at]) << 8U |
                                     static_cast<unsigned char>(octets[at + 1]));
    };
    std::string text;
    std::size_t at = octets.starts_with("\xFE\xFF") ? 2 : 0;
    for (; at + 1 < octets.size(); at += 2) {
        char32_t character = unit(at);
        if (is_high(character) && at + 3 < octets.size() && is_low(unit(at + 2))) {
            character = 0x1'0000 + ((character - 0xD800) << 10U) + (unit(at + 2) - 0xDC00);
            at += 2;
        }
        append_utf8(text, character);
    }
    if (at < octets.size()) append_utf8(text, replacement_character);
    return text;
}

/// The character's septet in the main table; npos where it has none.
std::size_t main_septet(char32_t character) noexcept {
    if (character == static_cast<char32_t>(gsm_escape)) return std::u32string_view::npos;
    const bool as_in_ascii = character < gsm_characters.size() && gsm_characters[character] == character;
    return as_in_ascii ? character : gsm_characters.find(character);
}

/// Appends the character's septets; false where the alphabet has none for it.
bool append_gsm(std::string& octets, char32_t character) {
    if (const auto septet = main_septet(character); septet != std::u32string_view::npos) {
        octets.push_back(static_cast<char>(septet));
        return true;
    }
    const auto* const found = std::ranges::find(gsm_extension, character, &std::pair<char, char32_t>::second);
    if (found == gsm_extension.end()) return false;
    octets.push_back(gsm_escape);
    octets.push_back(found->first);
    return true;
}

bool append_octet(std::string& octets, char32_t character, char32_t last) {
    if (character > last) return false;
    octets.push_back(static_cast<char>(character));
    return true;
}

void append_ucs2(std::string& octets, char32_t character) {
    const auto append = [&](char32_t unit) {
        octets.push_back(static_cast<char>(unit >> 8U));
        octets.push_back(static_cast<char>(unit));
    };
    if (character < 0x1'0000) return append(character);
    append(0xD800 + ((character - 0x1'0000) >> 10U));
    append(0xDC00 + ((character - 0x1'0000) & 0x3FFU));
}

/// False where the alphabet lacks the character.
bool append_character(std::string& octets, char32_t character, Alphabet alphabet) {
    switch (alphabet) {
        case Alphabet::gsm: return append_gsm(octets, character);
        case Alphabet::latin1: return append_octet(octets, character, 0xFF);
        case Alphabet::ascii: return append_octet(octets, character, 0x7F);
        case Alphabet::ucs2: append_ucs2(octets, character); return true;
    }
    std::unreachable();
}

std::optional<std::string> encode(std::string_view utf8, Alphabet alphabet) {
    std::string octets;
    while (!utf8.empty())
        if (!append_character(octets, take_utf8(utf8), alphabet)) return std::nullopt;
    return octets;
}

/// Bits 2 and 3 of the general group's coding.
std::optional<Alphabet> of_general_group(unsigned bits) noexcept {
    if (bits == 0) return Alphabet::gsm;
    if (bits == 2) return Alphabet::ucs2;
    return std::nullopt;  // 8-bit data, reserved
}

}  // namespace

std::optional<Alphabet> alphabet_of(std::uint8_t data_coding, Alphabet default_alphabet) noexcept {
    switch (data_coding) {
        case 0: return default_alphabet;
        case 1: return Alphabet::ascii;
        case 3: return Alphabet::latin1;
        case ucs2_coding: return Alphabet::ucs2;
        default: break;
    }
    switch (data_coding >> 4U) {
        case 0x1:
            return of_general_group(data_coding >> 2U & 3U);  // with a message class, as some SMSCs hand it through
        case 0xC:
        case 0xD: return Alphabet::gsm;  // waiting indications
        case 0xE: return Alphabet::ucs2;
        case 0xF: return (data_coding & 4U) == 0 ? std::optional(Alphabet::gsm) : std::nullopt;
        default: return std::nullopt;
    }
}

std::string decode_text(std::string_view octets, Alphabet alphabet) {
    switch (alphabet) {
        case Alphabet::gsm: return decode_gsm(octets);
        case Alphabet::latin1: return decode_octets(octets, 0xFF);
        case Alphabet::ascii: return decode_octets(octets, 0x7F);
        case Alphabet::ucs2: return decode_ucs2(octets);
    }
    std::unreachable();
}

bool is_plain_text(std::string_view octets) noexcept {
    const auto is_plain = [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n'; };
    return !octets.empty() && std::ranges::all_of(octets, is_plain);
}

CodedText encode_text(std::string_view utf8, Alphabet default_alphabet) {
    if (default_alphabet != Alphabet::ucs2)
        if (auto octets = encode(utf8, default_alphabet)) return {default_alphabet, 0, std::move(*octets)};
    return {Alphabet::ucs2, ucs2_coding, *encode(utf8, Alphabet::ucs2)};
}

}  // namespace simtrail::sms::smpp
