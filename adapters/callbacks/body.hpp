#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace simtrail::callbacks {

/// What a callback tells; the JSON texts are whole values and are put in as they are.
struct Event {
    std::string_view id;    // the event's, the same in every attempt: receivers tell repeats by it
    std::string_view type;  // "track.started"
    std::int64_t occurred_at_ms = 0;
    std::string_view data_json;  // an object
    std::string_view meta_json;  // as registered; empty: {}
};

/// The contract's callback body, compact JSON: the bytes that are persisted, signed and sent.
std::string make_body(const Event& event);

}  // namespace simtrail::callbacks
