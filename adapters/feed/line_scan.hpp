#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/events/msisdn.hpp"

namespace simtrail::feed {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // UTF-8's, which some editors put in front

constexpr std::string_view without_mark(std::string_view line) noexcept {
    return line.starts_with(byte_order_mark) ? line.substr(byte_order_mark.size()) : line;
}

}  // namespace simtrail::feed

// Cheap looks at a line that is not decoded yet. They answer only where they are sure: see LineDecoder.
namespace simtrail::feed::scan {

/// True where the line holds nothing but spaces, tabs and CRs.
bool is_blank(std::string_view line) noexcept;

/// Sure only where the bytes before the first `"msisdn"` hold no backslash, no bracket and no brace but the line's first,
/// the key follows that brace or a comma, and a string of 1 to 15 digits follows the key: then no decoder can see
/// another first `msisdn` of the object.
std::optional<Msisdn> json_msisdn(std::string_view line) noexcept;
std::optional<std::int64_t> json_ts(std::string_view line) noexcept;

/// True only where no decoder can see another `type` than `cell`: the first is plain to see and is that, or the line has
/// neither the key nor a backslash to spell it with.
bool is_json_cell(std::string_view line) noexcept;

/// Sure only where no quote stands in or before that column.
std::optional<Msisdn> csv_msisdn(std::string_view row, std::size_t column) noexcept;
std::optional<std::int64_t> csv_ts(std::string_view row, std::size_t column) noexcept;

}  // namespace simtrail::feed::scan
