#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/api/call.hpp"
#include "adapters/http/message.hpp"
#include "engine/tracing/journal.hpp"

namespace simtrail::api {

/// One reader of a track's new points; event_stream.cpp.
class EventStream;

/// The streams that are open, for what time does to them. The server's thread.
class EventStreams {
   public:
    /// `key_id`: whose it is.
    void add(std::string key_id, std::weak_ptr<EventStream> stream);

    /// About once a second: heartbeats; streams whose key is no longer valid are ended.
    void tick(const std::function<bool(std::string_view key_id)>& is_valid);

   private:
    struct Open {
        std::string key_id;
        std::weak_ptr<EventStream> stream;
    };
    std::vector<Open> open_;
};

/// A track's points as they come, as server-sent events (HTML Living Standard, 9.2): `id` is the point's seq, `event` is
/// `point`, `data` its Feature. `after`: the last event that the reader has, it goes on behind it; nothing: from now on.
/// When the track has ceased to run, and all points are sent, an event `end`. Nothing is buffered for a reader that is slow:
/// what it has missed is read again when it asks for more.
std::unique_ptr<http::BodySource> open_event_stream(const Desks& desks, const std::string& key_id, TrackNumber track,
                                                    std::optional<std::uint32_t> after);

}  // namespace simtrail::api
