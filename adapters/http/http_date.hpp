#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace simtrail::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7). `unix_s`: seconds, from year 0 to 9999.
std::string format_http_date(std::int64_t unix_s);

/// Unix seconds of a date in that form; nothing for the two obsolete forms and everything else.
std::optional<std::int64_t> parse_http_date(std::string_view text) noexcept;

}  // namespace simtrail::http
