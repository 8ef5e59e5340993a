#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/codec/bytes.hpp"
#include "engine/tracing/packed_point.hpp"

namespace simtrail {

using TrackNumber = std::uint32_t;

/// One thing the journal remembers of a track until a segment covers it. Layout in docs/storage.md.
struct JournalEntry {
    enum class Kind : std::uint8_t {
        held = 1,       // an event taken, waiting to be put in order
        point = 2,      // an event became a point; held no longer
        discarded = 3,  // a held event gave no position
        rejected = 4,   // a held event turned out to be from the future
    };
    Kind kind = Kind::held;
    TrackNumber track = 0;
    std::int64_t ts_ms = 0;  // of held and discarded; a point has it in `point`
    std::uint32_t seq = 0;   // of a point
    PackedPoint point;
    std::string_view evidence;  // self-contained (no reference); refers to the caller's bytes
};

void append_journal_entry(std::string& out, const JournalEntry& entry);

/// Visits the entries of journal bytes in order. False on malformed bytes; entries before them have been visited.
bool for_each_journal_entry(std::string_view bytes, const std::function<void(const JournalEntry&)>& visit);

}  // namespace simtrail
