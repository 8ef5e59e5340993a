#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace simtrail::bench {

/// What one run is made of. The key is in the head of each request and nowhere else.
struct Load {
    std::string host = "127.0.0.1";  // numeric, IPv4
    std::uint16_t port = 7480;
    std::vector<std::string> paths;  // asked for in turns
    std::string key;
    int connections = 32;  // kept open; each has one request under way
    std::chrono::milliseconds duration{5000};
};

struct Measured {
    double requests_per_second = 0;
    std::chrono::microseconds p50{0}, p99{0}, longest{0};
    std::uint64_t requests = 0;
    std::uint64_t others = 0;  // answers other than 200
};

/// Asks as fast as it is answered (a closed loop: what a slow answer holds back is not asked meanwhile). One thread. Throws
/// std::runtime_error where the server cannot be reached or answers what is no HTTP.
Measured run(const Load& load);

}  // namespace simtrail::bench
