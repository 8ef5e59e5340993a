#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/events/msisdn.hpp"

namespace simtrail::sms {

/// A text of the durable outbox, on its way to a subscriber.
struct OutboxText {
    std::int64_t number = 0;  // in the outbox
    Msisdn to;
    std::string text;        // UTF-8
    std::int64_t at_ms = 0;  // when it was put there, Unix ms
    bool attempted = false;  // in an earlier run of the daemon: it may have been sent (logged as a possible duplicate)
};

/// What a gateway said of a text, once and for all: temporary trouble is not told, the gateway tries again.
struct TextResult {
    std::int64_t number = 0;
    bool accepted = false;
    std::string message_id;  // of an accepted one: what its receipt will name; empty: no receipt comes
    std::string error;       // of a refused one, for people: no number, no text
};

enum class ReceiptState : std::uint8_t { delivered, under_way, failed };

/// What became of an accepted text.
struct TextReceipt {
    std::vector<std::string> message_ids;  // the same id as gateways may spell it, likeliest first, always in one order
    ReceiptState state = ReceiptState::under_way;
    std::string detail;  // for people: "UNDELIV err:011"
};

/// A subscriber's text.
struct IncomingText {
    Msisdn from;
    std::string text;             // UTF-8
    std::int64_t gateway_ms = 0;  // when the gateway took it, Unix ms
};

/// Of a text's source; nothing where that is a name. Some gateways write the plus sign.
inline std::optional<Msisdn> subscriber(std::string_view source) {
    if (source.starts_with('+')) source.remove_prefix(1);
    return Msisdn::parse(source);
}

/// What a gateway tells. On the I/O thread.
struct GatewayHooks {
    /// Told once, from any thread, whether what follows from it is durable; where it is not, the peer sends it again.
    using Done = std::move_only_function<void(bool durable)>;

    std::function<void(TextResult)> on_result;
    std::function<void(TextReceipt, Done)> on_receipt;
    std::function<void(IncomingText, Done)> on_text;
    std::function<void(std::uint64_t)> on_incomplete{};  // so many long texts were dropped: parts of them did not come
    std::function<void()> on_room;                       // it takes texts again
    std::function<std::int64_t()> now_ms;                // Unix ms
};

/// The way to subscribers' phones. What it was given it keeps trying to send until the gateway has accepted or refused it,
/// through any outage; it holds `room` texts at most. One I/O thread; destroying it drops what was not sent, which is still
/// in the durable outbox.
class TextGateway {
   public:
    virtual ~TextGateway() = default;

    /// As evidence and logs call it: "smpp", "kannel", "console".
    virtual std::string_view name() const = 0;

    /// How many more texts it takes now.
    virtual std::size_t room() const = 0;

    /// At most `room` texts; sent in this order, but for those that have to be tried again.
    virtual void send(std::vector<OutboxText> texts) = 0;

    /// The subscriber was erased: what was not sent to them is dropped.
    virtual void forget(Msisdn msisdn) = 0;

    /// Takes no more, finishes what was sent and not answered yet, says good-bye to the peer, then calls `ended`; within
    /// a few seconds, whatever the peer does.
    virtual void drain(std::function<void()> ended) = 0;
};

}  // namespace simtrail::sms
