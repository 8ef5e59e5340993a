#include "adapters/sms/kannel/charset.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "adapters/http/message.hpp"

namespace simtrail::sms::kannel {

namespace {

// 3GPP TS 23.038, 6.2.1 and 6.2.1.1, without the escape itself.
constexpr std::string_view gsm_alphabet =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€";

constexpr char32_t replacement = 0xfffd;

constexpr std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

struct Character {
    char32_t value = replacement;
    std::size_t bytes = 1;
};

/// The first character (RFC 3629: shortest form, no surrogates); U+FFFD and one byte where there is none.
Character first_character(std::string_view text) {
    static constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const std::uint8_t lead = byte_at(text, 0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
    if (bytes == 0 || lead > 0xf4 || text.size() < bytes) return {};
    char32_t value = lead & (0x7fU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte_at(text, i) & 0xc0U) != 0x80) return {};
        value = value << 6 | (byte_at(text, i) & 0x3fU);
    }
    const bool surrogate = value >= 0xd800 && value < 0xe000;
    if (value < least.at(bytes) || value > 0x10ffff || surrogate) return {};
    return {value, bytes};
}

void append(std::string& out, char32_t value) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80U | (value >> shift & 0x3fU)); };
    if (value < 0x80) {
        out += static_cast<char>(value);
    } else if (value < 0x800) {
        out += static_cast<char>(0xc0U | value >> 6);
        tail(0);
    } else if (value < 0x10000) {
        out += static_cast<char>(0xe0U | value >> 12);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0U | value >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string mended(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Character first = first_character(text);
        append(out, first.value);
        text.remove_prefix(first.bytes);
    }
    return out;
}

std::string from_latin1(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) append(out, static_cast<std::uint8_t>(c));
    return out;
}

/// Half a unit at the end is left out.
std::string from_utf16(std::string_view bytes) {
    const auto unit = [&](std::size_t at) -> char32_t { return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1); };
    std::string out;
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        char32_t value = unit(at);
        const bool high = value >= 0xd800 && value < 0xdc00, low = value >= 0xdc00 && value < 0xe000;
        if (high && at + 3 < bytes.size() && unit(at + 2) >= 0xdc00 && unit(at + 2) < 0xe000) {
            value = 0x10000 + ((value - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
            at += 2;
        } else if (high || low) {
            value = replacement;
        }
        append(out, value);
    }
    return out;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view each) { return http::same_letters(name, each); });
}

}  // namespace

bool is_gsm_text(std::string_view text) {
    while (!text.empty()) {
        const Character first = first_character(text);
        if (first.value == replacement || !gsm_alphabet.contains(text.substr(0, first.bytes))) return false;
        text.remove_prefix(first.bytes);
    }
    return true;
}

std::optional<std::string> utf8_of(std::string bytes, std::string_view charset) {
    if (is_one_of(charset, {"utf-8", "us-ascii"})) return mended(bytes);
    if (is_one_of(charset, {"utf-16be", "ucs-2"})) return from_utf16(bytes);
    if (is_one_of(charset, {"iso-8859-1"})) return from_latin1(bytes);
    return std::nullopt;
}

}  // namespace simtrail::sms::kannel
