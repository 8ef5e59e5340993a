#pragma once

#include <expected>
#include <string_view>

#include "adapters/feed/conversation_line.hpp"
#include "adapters/feed/feed_outcome.hpp"

namespace simtrail::feed {

/// Reads a line of the given `kind`, Outcome::sms or Outcome::control. Unknown keys are ignored, of one written twice the
/// last counts, `null` is absent.
std::expected<ConversationLine, Outcome> decode_json_conversation(std::string_view line, Outcome kind);

}  // namespace simtrail::feed
