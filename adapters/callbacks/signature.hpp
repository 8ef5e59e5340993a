#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"

namespace simtrail::callbacks {

constexpr std::size_t max_secret_bytes = 64;

/// The key that a callback's `secret` stands for: strict base64 (RFC 4648, section 4, padded) of 1 to 64 bytes. The error says
/// what is wrong and never quotes the secret.
std::expected<std::string, std::string> decode_secret(std::string_view base64);

/// The headers that sign a body, both ways: X-COREOS-HMAC-SIGNATURE (hex HMAC-SHA256 of the body) and Standard Webhooks'
/// webhook-id, webhook-timestamp, webhook-signature ("v1," and base64 of the HMAC-SHA256 of "id.timestamp.body").
/// `key`: decoded; empty: webhook-id and webhook-timestamp alone. `at_s`: Unix seconds of this attempt.
http::Headers signature_headers(std::string_view event_id, std::int64_t at_s, std::string_view body,
                                std::string_view key);

}  // namespace simtrail::callbacks
