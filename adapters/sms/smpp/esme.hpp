#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sms/smpp/esme_link.hpp"
#include "adapters/sms/smpp/incoming_messages.hpp"
#include "adapters/sms/smpp/options.hpp"
#include "adapters/sms/smpp/outbound_queue.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace simtrail::sms::smpp {

/// An SMPP gateway without sockets and clock: the links of all binds, the texts they share, what comes in. Its driver makes the
/// connections and moves octets and times; after each call it asks every link what it wants, and ticks at `next_ms`. Not
/// thread-safe; times are milliseconds of a clock that never goes back.
class Esme {
   public:
    /// A drain ends after so long, whatever the SMSC does; its end is for the good-bye; the daemon commits after 3 s.
    static constexpr std::int64_t drain_ms = 2'500;
    static constexpr std::int64_t good_bye_ms = 500;

    struct Environment {
        std::function<double()> random;  // 0 to 1
        IncomingMessages::Post post;     // runs a function on the gateway's thread, then does as after each call
    };

    /// The options must pass `check`.
    Esme(const SmppOptions& options, GatewayHooks hooks, const Environment& environment);
    Esme(const Esme&) = delete;
    Esme& operator=(const Esme&) = delete;
    ~Esme() = default;

    std::vector<std::unique_ptr<EsmeLink>>& links() { return links_; }

    /// To be called after each call to this or to a link: gives the links what they may send, and tells the hooks what became
    /// of texts; hooks may call back.
    void settle(std::int64_t now_ms);
    void tick(std::int64_t now_ms);
    std::optional<std::int64_t> next_ms(std::int64_t now_ms) const;

    std::size_t room() const { return draining() ? 0 : queue_.room(); }
    void send(std::vector<OutboxText> texts);
    void forget(Msisdn msisdn) { queue_.forget(msisdn); }
    void drain(std::function<void()> ended, std::int64_t now_ms);

   private:
    bool draining() const { return drain_until_ms_.has_value(); }
    void go_on_draining(std::int64_t now_ms);
    void tell_results();
    std::expected<std::vector<ShortMessage>, std::string> split(const OutboxText& text);

    const SmppOptions options_;
    const GatewayHooks hooks_;
    OutboundQueue queue_;
    IncomingMessages incoming_;
    std::vector<std::unique_ptr<EsmeLink>> links_;
    std::vector<TextResult> results_;
    bool short_of_room_ = false;
    std::size_t first_link_ = 0;  // that gets the next message: the binds share evenly
    std::uint16_t reference_;     // of the next long text's parts
    std::optional<std::int64_t> drain_until_ms_;
    std::function<void()> drain_ended_;
    bool retired_ = false;
};

}  // namespace simtrail::sms::smpp
