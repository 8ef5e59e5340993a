#include "engine/geojson/text.hpp"

#include <array>

namespace simtrail::geojson {

namespace {

constexpr std::uint32_t per_degree = 100'000;

/// The five decimals of `fraction`, without trailing zeros. Precondition: 0 < fraction < 1e5.
char* write_decimals(char* at, std::uint32_t fraction) noexcept {
    int digits = 5;
    for (; fraction % 10 == 0; fraction /= 10) --digits;
    for (int i = digits; i-- > 0; fraction /= 10) at[i] = static_cast<char>('0' + fraction % 10);
    return at + digits;
}

}  // namespace

char* write_degrees(char* at, std::int32_t degrees_e5) noexcept {
    auto magnitude = static_cast<std::uint32_t>(degrees_e5);
    if (degrees_e5 < 0) {
        *at++ = '-';
        magnitude = 0 - magnitude;
    }
    at = write_integer(at, magnitude / per_degree);
    if (const std::uint32_t fraction = magnitude % per_degree; fraction != 0) {
        *at++ = '.';
        at = write_decimals(at, fraction);
    }
    return at;
}

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, max_integer_chars> digits;
    out.append(digits.data(), write_integer(digits.data(), value));
}

void append_degrees(std::string& out, std::int32_t degrees_e5) {
    std::array<char, max_integer_chars> digits;
    out.append(digits.data(), write_degrees(digits.data(), degrees_e5));
}

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace simtrail::geojson
