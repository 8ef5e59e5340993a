#pragma once

#include <cstdint>
#include <memory>

#include "adapters/http/message.hpp"
#include "adapters/runtime/desks.hpp"
#include "engine/access/api_key.hpp"

namespace simtrail::api {

struct ApiOptions {
    int msisdn_max_digits = 12;                 // the published rule; at most 15
    double requests_per_second_per_key = 1000;  // 0: no limit
    double burst_per_key = 2000;                // requests at once, before the rate counts
    bool allow_private_callbacks = false;       // [callbacks] allow_private_addresses
    std::int64_t silent_after_ms =
        3'600'000;  // [tracks] silent_after: then a running track bears `deviceSilent`; 0: never
};

/// The contract's HTTP API (section 4), without the sockets: `handle`, `stream` and `refusal` on the server's one thread.
class ApiService : public http::Service {
   public:
    /// Once a second or so, on the server's thread: open event streams get their heartbeat, and end where their key has.
    virtual void tick() = 0;
};

/// The desks outlive the service, and the service whatever was asked of them.
std::unique_ptr<ApiService> make_api(ApiOptions options, runtime::ControlDesk& control, runtime::TraceDesk& traces,
                                     runtime::FeedDesk& feed, std::unique_ptr<access::KeySource> keys);

}  // namespace simtrail::api
