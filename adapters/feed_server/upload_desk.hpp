#pragma once

#include <functional>
#include <memory>

#include "adapters/runtime/desks.hpp"
#include "adapters/runtime/intake.hpp"

namespace simtrail::feed_server {

/// Runs a task later on the thread that serves uploads; may be called from any thread.
using Post = std::function<void(std::function<void()>)>;

/// Feeds that come by HTTP (contract, `POST /v1/feed/events`): lines go into the intake as it has room, and the totals come
/// once all are durable. An upload is used on the thread that `post` posts to, and holds one piece of its body. `intake`
/// outlives every upload; an upload may outlive the desk.
std::unique_ptr<runtime::FeedDesk> make_upload_desk(runtime::Intake& intake, Post post);

}  // namespace simtrail::feed_server
