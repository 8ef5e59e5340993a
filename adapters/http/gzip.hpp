#pragma once

#include "adapters/http/message.hpp"

namespace simtrail::http {

/// Bodies below it are sent as they are: compressed they save less than a packet.
constexpr std::size_t least_gzip_bytes = 1024;

/// Whether Accept-Encoding (RFC 9110, 12.5.3) takes gzip.
bool accepts_gzip(const Request& request);

/// Compresses the answer's body, or its stream piece by piece (each flushed, so that a reader sees what was sent), where the
/// request accepts it; true where it did. Not for server-sent events: proxies hold compressed ones back.
bool gzip_if_accepted(const Request& request, Response& response);

}  // namespace simtrail::http
