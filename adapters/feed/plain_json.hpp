#pragma once

#include <string_view>

#include "adapters/feed/event_fields.hpp"

namespace simtrail::feed {

/// Reads an event's line in the plain spelling that feeds have: one object of the contract's keys, each once and without
/// escapes; texts of ASCII letters and digits; integers of up to 16 digits; at most one blank behind a colon or a comma.
/// False for every other line, good or bad, with `fields` unspecified: those are simdjson's. What this reads, simdjson
/// reads the same (fuzzed: tests/fuzz/plain_json_fuzzer.cpp). `line_padding` readable bytes follow the line.
bool read_plain_json(std::string_view line, EventFields& fields) noexcept;

}  // namespace simtrail::feed
