#pragma once

#include <expected>
#include <optional>

#include "adapters/api/bodies.hpp"
#include "adapters/feed/conversation_line.hpp"
#include "adapters/feed/feed_outcome.hpp"
#include "engine/ledger/command.hpp"

namespace simtrail::runtime {

/// What an sms or control line asks of the ledger; nothing for an operation that only reads. A tenant is taken as the line
/// says, known or not: who may write such lines is trusted. The error: unknown_operation or bad_argument.
std::expected<std::optional<ledger::Command>, feed::Outcome> command_of(const feed::ConversationLine& line,
                                                                        const api::BodyRules& rules);

/// Of a recorded day, which also tells what became of texts (`noteText`).
std::expected<std::optional<ledger::Command>, feed::Outcome> recorded_command_of(const feed::ConversationLine& line,
                                                                                 const api::BodyRules& rules);

}  // namespace simtrail::runtime
