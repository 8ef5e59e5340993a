#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace simtrail::feed_server {

/// Characters of a source's name: long enough for a host, a process and a number.
inline constexpr std::size_t max_source_name = 128;

/// True where a connection's first line means to be a hello: an object whose first key is `hello`.
bool means_hello(std::string_view first_line) noexcept;

/// The source that a hello names: 1 to 128 characters, none of them a control character. The error is for the client.
std::expected<std::string, std::string> parse_hello(std::string_view line);

std::string resume_line(std::uint64_t lines);
std::string ack_line(std::uint64_t lines);
std::string error_line(std::string_view error);

}  // namespace simtrail::feed_server
