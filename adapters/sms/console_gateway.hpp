#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/message.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace simtrail::sms {

/// The gateway of the embedded default: texts go nowhere, they are read at the operator's port and answered there. Whoever
/// reaches that port speaks for any subscriber, so it serves this machine alone, and no browser's page that is led here by
/// another name (DNS rebinding).
class ConsoleGateway final : public TextGateway {
   public:
    static constexpr std::string_view outbox_path = "/sms/outbox";
    static constexpr std::string_view inbox_path = "/sms/inbox";
    static constexpr std::size_t max_messages = 1000;         // the newest are kept: enough to look at
    static constexpr std::size_t max_body_bytes = 16 * 1024;  // of a reply; the longest text is a tenth of it

    explicit ConsoleGateway(GatewayHooks hooks) : hooks_(std::move(hooks)) {}

    std::string_view name() const override { return "console"; }
    std::size_t room() const override { return max_messages; }
    /// All are accepted at once, without receipts.
    void send(std::vector<OutboxText> texts) override;
    void forget(Msisdn msisdn) override;
    void drain(std::function<void()> ended) override { ended(); }

    /// Answers `GET /sms/outbox`: `{"messages":[{"to","text","at"}]}`, oldest first.
    http::Response outbox(const http::Request& request) const;
    /// Answers `POST /sms/inbox`: 200 `{"status":"taken"}` once what follows is durable, 503 where it could not be.
    void inbox(const http::Request& request, http::Reply reply);

   private:
    GatewayHooks hooks_;
    mutable std::mutex mutex_;
    std::deque<OutboxText> messages_;
};

}  // namespace simtrail::sms
