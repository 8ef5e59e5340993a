#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/sms/smpp/pdu.hpp"
#include "adapters/sms/smpp/reassembly.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace simtrail::sms::smpp {

/// What the SMSC delivers, told to the gateway's hooks: receipts, and subscribers' texts, long ones whole. Each message is
/// answered once. A text and a receipt are answered when the hook's `done` came; the earlier parts of a long text at once,
/// since many an SMSC sends no further part before: they are in memory alone until the last one, so that the end of the process
/// between the parts of one text loses it. What is no text (binary, or from a name instead of a number) is taken and dropped.
/// Times are milliseconds of a clock that never goes back. Not thread-safe, but for `done`.
class IncomingMessages {
   public:
    /// From any thread, once; where nobody calls it any more it is called with false.
    using Answer = std::move_only_function<void(bool durable)>;
    /// Runs a function on the gateway's thread, from any thread.
    using Post = std::function<void(std::move_only_function<void()>)>;

    IncomingMessages(Alphabet default_alphabet, GatewayHooks hooks, Post post);
    IncomingMessages(const IncomingMessages&) = delete;
    IncomingMessages& operator=(const IncomingMessages&) = delete;
    ~IncomingMessages();

    void take(const ShortMessage& message, Answer answer, std::int64_t now_ms);
    void take(const DataSm& message, Answer answer, std::int64_t now_ms);

   private:
    /// A long text that did not become durable: its last part comes again, its others do not.
    struct Refused {
        IncomingPart last;
        std::string text;
    };

    template <class Message>
    void take_any(const Message& message, Answer answer, std::int64_t now_ms);
    void take_part(IncomingPart part, Answer answer, std::int64_t now_ms);
    std::optional<std::string> joined(const IncomingPart& part, std::int64_t now_ms);
    std::optional<std::string> refused_before(const IncomingPart& part);
    void tell(const std::string& source, std::string text, Answer answer);

    const Alphabet default_alphabet_;
    const GatewayHooks hooks_;
    const Post post_;
    Reassembly reassembly_;
    std::deque<Refused> refused_;
    std::shared_ptr<IncomingMessages*> self_;  // for what comes back later; null once this is gone
};

}  // namespace simtrail::sms::smpp
