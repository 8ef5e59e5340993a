#include "adapters/api/cursor.hpp"

#include <array>
#include <span>

#include "engine/cells/checksum.hpp"

namespace simtrail::api {

namespace {

// Layout, little-endian: time (8 bytes, 0 in a list), number (4), checksum of both and of the listing (4).
constexpr std::size_t place_bytes = 12, cursor_bytes = 16, cursor_chars = 22;
using Bytes = std::array<std::uint8_t, cursor_bytes + 2>;  // two more, so that the last group of three is whole

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void put(std::uint8_t* at, std::uint64_t value, std::size_t size) noexcept {
    for (std::size_t i = 0; i < size; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint64_t get(const std::uint8_t* at, std::size_t size) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | at[i];
    return value;
}

std::uint32_t check_of(const Bytes& bytes, std::string_view listing) {
    std::string text(listing);
    text.append(reinterpret_cast<const char*>(bytes.data()), place_bytes);
    return static_cast<std::uint32_t>(checksum(std::as_bytes(std::span(text))));
}

std::string encoded(const Bytes& bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t group =
            static_cast<std::uint32_t>(bytes[i]) << 16 | static_cast<std::uint32_t>(bytes[i + 1]) << 8 | bytes[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) text += alphabet[group >> shift & 63];
    }
    text.resize(cursor_chars);
    return text;
}

/// Nothing but the one text of each cursor is accepted.
std::optional<Bytes> decoded(std::string_view text) {
    if (text.size() != cursor_chars) return std::nullopt;
    Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size() / 3; ++i) {
        std::uint32_t group = 0;
        for (std::size_t k = 4 * i; k < 4 * i + 4; ++k) {
            const std::size_t value = k < cursor_chars ? alphabet.find(text[k]) : 0;
            if (value == std::string_view::npos) return std::nullopt;
            group = group << 6 | static_cast<std::uint32_t>(value);
        }
        for (std::size_t k = 0; k < 3; ++k) bytes[3 * i + k] = static_cast<std::uint8_t>(group >> (16 - 8 * k));
    }
    if (bytes[cursor_bytes] != 0 || bytes[cursor_bytes + 1] != 0) return std::nullopt;
    return bytes;
}

std::string cursor_text(std::string_view listing, const TracePlace& place) {
    Bytes bytes{};
    put(bytes.data(), static_cast<std::uint64_t>(place.tis_ms), 8);
    put(bytes.data() + 8, place.seq, 4);
    put(bytes.data() + place_bytes, check_of(bytes, listing), 4);
    return encoded(bytes);
}

std::optional<TracePlace> parse_cursor(std::string_view listing, std::string_view text) {
    const auto bytes = decoded(text);
    if (!bytes || get(bytes->data() + place_bytes, 4) != check_of(*bytes, listing)) return std::nullopt;
    return TracePlace{static_cast<std::int64_t>(get(bytes->data(), 8)),
                      static_cast<std::uint32_t>(get(bytes->data() + 8, 4))};
}

std::string trace_listing(TrackNumber track) { return "trace " + std::to_string(track); }
std::string tenant_listing(std::string_view tenant) { return std::string("tracks ").append(tenant); }

}  // namespace

std::string trace_cursor(TrackNumber track, const TracePlace& after) {
    return cursor_text(trace_listing(track), after);
}

std::optional<TracePlace> parse_trace_cursor(TrackNumber track, std::string_view text) {
    return parse_cursor(trace_listing(track), text);
}

std::string list_cursor(std::string_view tenant, TrackNumber after) {
    return cursor_text(tenant_listing(tenant), {.tis_ms = 0, .seq = after});
}

std::optional<TrackNumber> parse_list_cursor(std::string_view tenant, std::string_view text) {
    const auto place = parse_cursor(tenant_listing(tenant), text);
    if (!place || place->tis_ms != 0) return std::nullopt;
    return place->seq;
}

}  // namespace simtrail::api
