#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "adapters/operations/daemon_metrics.hpp"
#include "adapters/runtime/core.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::cli {

/// Between the core, which keeps the outbox and the ledger, and the gateway: texts go out as it has room, what became of them
/// and subscribers' texts come in. The I/O thread, but where it says any.
class TextPost {
   public:
    using MakeGateway = std::function<std::unique_ptr<sms::TextGateway>(sms::GatewayHooks)>;
    using Count = std::function<void(operations::SmsEnd, std::uint64_t texts)>;

    /// The gateway's hooks may be called at once; until `open` it is not given texts, and its news are refused.
    TextPost(boost::asio::io_context& io, const MakeGateway& make, Count count);
    ~TextPost();

    sms::TextGateway& gateway();

    /// `core` outlives it.
    void open(runtime::Core& core);

    /// Durable ones, as many as it asked for. Any thread.
    void send(std::vector<ledger::OutgoingText> texts);
    /// Nothing more goes to these. Any thread.
    void forget(std::vector<Msisdn> msisdns);

    void drain(std::function<void()> ended);

   private:
    struct State;
    std::shared_ptr<State> state_;  // posted work outlives nobody: it finds the state gone
};

}  // namespace simtrail::cli
