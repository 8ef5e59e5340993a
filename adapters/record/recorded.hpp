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
    // The recorder's own:
    bool lost = false;        // there was no room for the lines
    std::uint64_t noted = 0;  // erasures up to this note are behind it (erasing_list.hpp)
};

}  // namespace simtrail::record
