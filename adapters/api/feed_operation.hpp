#pragma once

#include <memory>

#include "adapters/api/call.hpp"
#include "adapters/http/message.hpp"

namespace simtrail::api {

/// Takes the body of `POST /v1/feed/events` as it comes, to the desk. `request` was let in.
std::unique_ptr<http::BodyConsumer> make_feed_consumer(const Desks& desks, const http::Request& request);

/// Lets a body go by, and answers that it is refused.
std::unique_ptr<http::BodyConsumer> make_refusing_consumer(Problem problem);

}  // namespace simtrail::api
