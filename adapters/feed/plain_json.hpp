#pragma once

#include <array>
#include <string_view>

#include "adapters/feed/event_fields.hpp"

namespace simtrail::feed {

/// Which key followed which in the lines before. A feed's lines repeat their order, so that a key's place is known before
/// its bytes are looked up: the processor need not wait for one key to find the next. Only speed depends on it.
class KeyOrder {
   public:
    KeyOrder() noexcept { following_.fill(Field::unknown); }

    /// What followed `field` last time; for an object's first key, `field` is `unknown`.
    Field& after(Field field) noexcept { return following_[static_cast<std::size_t>(field)]; }

   private:
    std::array<Field, known_fields + 1> following_;
};

/// Reads an event's line in the plain spelling that feeds have: one object of the contract's keys, each once and without
/// escapes; texts of ASCII letters and digits; integers of up to 16 digits; at most one blank behind a colon or a comma.
/// Every other line, good or bad, is simdjson's. What this reads, simdjson reads the same (fuzzed:
/// tests/fuzz/plain_json_fuzzer.cpp).
class PlainJson {
   public:
    /// False, with `fields` unspecified, for a line of another spelling. `line_padding` readable bytes follow the line.
    bool read(std::string_view line, EventFields& fields) noexcept;

   private:
    KeyOrder event_order_, neighbour_order_;
};

}  // namespace simtrail::feed
