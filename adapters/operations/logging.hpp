#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "adapters/config/configuration.hpp"
#include "adapters/http/message.hpp"

namespace simtrail::operations {

/// The daemon's log: standard error, one line a message whatever is in it. Under systemd (JOURNAL_STREAM names standard
/// error) lines begin with the journal's priority, `<6>`, and bear no time; elsewhere with time and level. spdlog's default
/// logger from here on, from any thread.
void set_up_logging(config::LogLevel level);

/// For SIGHUP.
void set_log_level(config::LogLevel level);

/// A request as its log line: `request id=… method=GET path=/v1/consents/91******3210 status=200 bytes=71 ms=0.42`. Without
/// the query; numbers masked.
std::string request_line(const http::Request& request, int status, std::size_t bytes, std::chrono::microseconds took);

/// A path, a file's or a feed's name without what may be a subscriber's number: every segment of digits alone and every seven
/// digits in a row are masked, percent-encoded ones too; not those of a UUID, which is a track's.
std::string masked_path(std::string_view path);

}  // namespace simtrail::operations
