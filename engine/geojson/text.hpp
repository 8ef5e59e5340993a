#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace simtrail::geojson {

// Text is written by hand: `write_*` put it at `at`, where the caller has made room, and return its end (as
// std::to_chars does); `append_*` grow a string. None of them fails, none depends on a locale.

inline constexpr std::size_t max_integer_chars = 20;  // -9223372036854775808
inline constexpr std::size_t max_degrees_chars = 10;  // -179.99999

inline char* write_text(char* at, std::string_view text) noexcept {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

template <std::integral Integer>
char* write_integer(char* at, Integer value) noexcept {
    return std::to_chars(at, at + max_integer_chars, value).ptr;
}

/// Degrees times 1e5 as exact decimal degrees, in the shortest form: 121.4737, -0.5, 7.
/// Precondition: within 180 degrees.
char* write_degrees(char* at, std::int32_t degrees_e5) noexcept;

void append_integer(std::string& out, std::int64_t value);
void append_degrees(std::string& out, std::int32_t degrees_e5);

/// A JSON string with its quotes (RFC 8259): quote, backslash and control characters escaped, all else as it is.
void append_json_string(std::string& out, std::string_view text);

}  // namespace simtrail::geojson
