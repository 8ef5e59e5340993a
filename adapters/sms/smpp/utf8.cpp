#include "adapters/sms/smpp/utf8.hpp"

#include <array>
#include <cstddef>

namespace simtrail::sms::smpp {

namespace {

constexpr bool is_character(char32_t value) noexcept { return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF); }

/// Octets that follow a first one; 4 where it is none.
constexpr std::size_t followers(unsigned char first) noexcept {
    if (first < 0x80) return 0;
    if (first < 0xC0) return 4;
    if (first < 0xE0) return 1;
    if (first < 0xF0) return 2;
    return first < 0xF8 ? 3 : 4;
}

}  // namespace

char32_t take_utf8(std::string_view& text) noexcept {
    constexpr std::array<char32_t, 4> least{0, 0x80, 0x800, 0x1'0000};  // below: an overlong form
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t more = followers(first);
    const std::string_view rest = text.substr(1, more);
    text.remove_prefix(1);
    if (more == 0) return first;
    if (more >= least.size() || rest.size() < more) return replacement_character;
    char32_t value = first & (0x3FU >> more);
    for (const char octet : rest) {
        const auto bits = static_cast<unsigned char>(octet);
        if ((bits & 0xC0U) != 0x80U) return replacement_character;
        value = value << 6U | (bits & 0x3FU);
    }
    if (value < least[more] || !is_character(value)) return replacement_character;
    text.remove_prefix(more);
    return value;
}

void append_utf8(std::string& out, char32_t character) {
    const char32_t c = is_character(character) ? character : replacement_character;
    const auto follower = [&](unsigned shift) { out.push_back(static_cast<char>(0x80U | (c >> shift & 0x3FU))); };
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out.push_back(static_cast<char>(0xC0U | c >> 6U));
        follower(0);
    } else if (c < 0x1'0000) {
        out.push_back(static_cast<char>(0xE0U | c >> 12U));
        follower(6);
        follower(0);
    } else {
        out.push_back(static_cast<char>(0xF0U | c >> 18U));
        follower(12);
        follower(6);
        follower(0);
    }
}

}  // namespace simtrail::sms::smpp
