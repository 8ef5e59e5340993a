#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace simtrail::bench {

/// What one run is made of: cell events of tracked subscribers, each source of its own name over one connection.
struct FeedLoad {
    std::uint16_t port = 7400;             // on 127.0.0.1
    std::vector<std::string> subscribers;  // tracked since before the run; a connection speaks of its own ones
    std::vector<std::uint64_t> cells;      // of the daemon's table (LTE, 404-45, area 1234)
    std::size_t lines = 1'000'000;
    std::size_t connections = 1;
    double lines_per_second = 0;  // 0: as fast as they are taken
};

struct FeedMeasured {
    double durable_per_second = 0;                     // from the first byte to the last acknowledgement
    std::chrono::microseconds ack_p50{0}, ack_p99{0};  // from a chunk's sending to its last line's acknowledgement
};

/// Times of the lines go on from `next_ms`, which is moved on: one millisecond a round of all subscribers. Throws
/// std::runtime_error where the daemon cannot be reached, breaks off, or says what it should not.
FeedMeasured run(const FeedLoad& load, std::int64_t& next_ms);

}  // namespace simtrail::bench
