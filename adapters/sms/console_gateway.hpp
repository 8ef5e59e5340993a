#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"
#include "engine/events/msisdn.hpp"

namespace simtrail::sms {

/// The gateway of the embedded default: texts go nowhere, they are read at the operator's port and answered there. Whoever
/// reaches that port speaks for any subscriber, so it serves this machine alone, and no browser's page that is led here by
/// another name (DNS rebinding).
class ConsoleGateway {
   public:
    static constexpr std::string_view outbox_path = "/sms/outbox";
    static constexpr std::string_view inbox_path = "/sms/inbox";
    static constexpr std::size_t max_messages = 1000;         // the newest are kept: enough to look at
    static constexpr std::size_t max_body_bytes = 16 * 1024;  // of a reply; the longest text is a tenth of it

    /// Takes a subscriber's text; `done` is told once, from any thread, whether what follows from it is durable.
    using Receive =
        std::function<void(Msisdn from, std::string text, std::move_only_function<void(bool durable)> done)>;

    explicit ConsoleGateway(Receive receive);

    /// Sends a text: from any thread, never fails.
    void send(Msisdn to, std::string_view text, std::int64_t at_ms);

    /// Answers `GET /sms/outbox`: `{"messages":[{"to","text","at"}]}`, oldest first.
    http::Response outbox(const http::Request& request) const;
    /// Answers `POST /sms/inbox`: 200 `{"status":"taken"}` once what follows is durable, 503 where it could not be.
    void inbox(const http::Request& request, http::Reply reply);

   private:
    struct Message {
        Msisdn to;
        std::string text;
        std::int64_t at_ms = 0;
    };

    Receive receive_;
    mutable std::mutex mutex_;
    std::deque<Message> messages_;
};

}  // namespace simtrail::sms
