#pragma once

#include <optional>
#include <string>

#include "engine/codec/bytes.hpp"
#include "engine/events/cell_event.hpp"

namespace simtrail {

/// What a point was made from (cell, measurements, neighbours; neither time nor subscriber), compactly: 4-6 bytes where the
/// serving cell is `reference`, about 15 where it is not, and 3-8 for a neighbour. Filter state and hindsight are rebuilt
/// from it. Layout in docs/storage.md.
void append_evidence(ByteWriter& out, const CellEvent& event, const CellIdentity* reference);

/// Inverse of `append_evidence`, with the same reference; fills all of `event` but `ts_ms` and `msisdn`.
/// False on malformed bytes, whatever they are.
bool read_evidence(ByteReader& in, const CellIdentity* reference, CellEvent& event);

/// No event's evidence is longer.
inline constexpr std::size_t max_evidence_bytes = 320;

}  // namespace simtrail
