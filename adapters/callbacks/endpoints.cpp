#include "adapters/callbacks/endpoints.hpp"

#include <algorithm>

#include "adapters/callbacks/retry_times.hpp"
#include "adapters/http/client.hpp"

namespace simtrail::callbacks {

namespace {

constexpr std::int64_t slow_ms = 2'000;
/// An endpoint is asked again within ten minutes whatever its items' own pauses are: one of them may be due by then.
constexpr std::int64_t longest_alone_ms = 600'000;

}  // namespace

void EndpointHealth::answered(std::int64_t took_ms) noexcept {
    failures = 0;
    slow = took_ms >= slow_ms;
}

void EndpointHealth::failed(std::int64_t now_ms, double random) noexcept {
    ++failures;
    left_alone_until_ms = now_ms + std::min(pause_ms(failures, random), longest_alone_ms);
}

std::string endpoint_of(const std::string& url) {
    const auto parsed = http::parse_url(url);
    if (!parsed) return url;
    return (parsed->secure ? "https://" : "http://") + parsed->host + ":" + std::to_string(parsed->port);
}

}  // namespace simtrail::callbacks
