#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/events/msisdn.hpp"

namespace simtrail::record {

/// Lines of a recorded day (recorded_lines.hpp), in order, now that they are durable; and whose lines must go.
struct Recorded {
    std::int64_t now_ms = 0;  // Unix; it says the day
    std::string lines;
    std::vector<Msisdn> erased;
    bool lost = false;  // the recorder's own: there was no room for the lines
};

}  // namespace simtrail::record
