#pragma once

#include <cstdint>
#include <string>

#include "adapters/feed/block.hpp"
#include "engine/ledger/command.hpp"

// The lines of a recorded day, as `replay` reads them (docs/recorded_days.md). An event is written anew from what was
// understood of its line: nothing else that stood there gets into the recording, and CSV becomes JSON.
namespace simtrail::record {

/// An event that counted; `offset`: of its line in the block.
void append_event(feed::Block::Part& part, std::uint32_t offset, const CellEvent& event);

/// The block's events in the order in which they came, each once, though several tracks took it.
void append_events(std::string& lines, const feed::Block& block);

/// A command that was carried out, with the ids and codes that it was given; nothing for one that follows from others.
/// Secrets of callbacks are left out.
void append_command(std::string& lines, const ledger::Command& command, const ledger::Decision& decision,
                    std::int64_t now_ms);

}  // namespace simtrail::record
