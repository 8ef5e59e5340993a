#pragma once

#include <cstdint>
#include <string>

namespace simtrail::callbacks {

/// How one endpoint (scheme, host, port) fares: whether it answers, and how many attempts at a time it may have. A value; times
/// are Unix milliseconds.
struct EndpointHealth {
    std::uint32_t failures = 0;  // without an answer, since the last one
    std::int64_t left_alone_until_ms = 0;
    bool slow = false;

    bool is_left_alone(std::int64_t now_ms) const noexcept { return failures > 0 && now_ms < left_alone_until_ms; }
    /// One at a time to who is slow or may be dead still.
    std::size_t running_at_once(std::size_t most) const noexcept { return slow || failures > 0 ? 1 : most; }
    bool is_healthy() const noexcept { return failures == 0 && !slow; }

    void answered(std::int64_t took_ms) noexcept;
    void failed(std::int64_t now_ms, double random) noexcept;
};

/// "https://host:port" of a URL that parse_url takes; the URL itself of another.
std::string endpoint_of(const std::string& url);

}  // namespace simtrail::callbacks
