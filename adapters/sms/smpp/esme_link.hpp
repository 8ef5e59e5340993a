#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "adapters/sms/smpp/esme_session.hpp"
#include "adapters/sms/smpp/incoming_messages.hpp"
#include "adapters/sms/smpp/outbound_queue.hpp"
#include "adapters/sms/smpp/pacing.hpp"

namespace simtrail::sms::smpp {

/// One of a gateway's links to its SMSC, across all its connections: when to connect, what to say then, how fast. Without
/// socket and clock, as EsmeSession. Not thread-safe; times are milliseconds of a clock that never goes back.
class EsmeLink final : private SessionSink {
   public:
    /// The pauses between attempts double. With the time an attempt may take (4 s) and the bind, the longest leaves a link
    /// bound again within 10 s after the SMSC is back.
    static constexpr std::int64_t first_pause_ms = 500;
    static constexpr std::int64_t longest_pause_ms = 5'000;
    /// Of a link that was connected and not bound: the SMSC is there, and somebody has to mend something.
    static constexpr std::int64_t longest_refused_pause_ms = 10'000;
    /// Bound for so long, or a submit_sm answered: the pauses begin anew.
    static constexpr std::int64_t proven_ms = 10'000;

    struct Setting {
        SessionOptions session;
        BindRole role = BindRole::transceiver;
        std::string name;                // for logs
        std::function<double()> random;  // 0 to 1: links that were cut together do not come back together
    };

    EsmeLink(Setting setting, OutboundQueue& queue, IncomingMessages& incoming, IncomingMessages::Post post);
    EsmeLink(const EsmeLink&) = delete;
    EsmeLink& operator=(const EsmeLink&) = delete;
    ~EsmeLink() override = default;

    /// When the next connection is to be tried; nothing while one is there, is tried, or is not wanted any more.
    std::optional<std::int64_t> connect_ms() const;
    void connecting();
    void connected(std::int64_t now_ms);
    /// The connection could not be made, or has ended.
    void disconnected(const std::string& why, std::int64_t now_ms);

    std::span<char> room();
    void received(std::size_t octets, std::int64_t now_ms);
    void tick(std::int64_t now_ms);
    std::optional<std::int64_t> next_ms() const;

    std::string take_output();
    bool has_output() const { return session_ && session_->has_output(); }
    bool wants_read() const { return session_ && session_->wants_read(); }
    /// The conversation is over: what is left of the output may be written, then the connection is to be closed.
    bool is_over() const { return session_ && session_->state() == SessionState::closed; }
    bool is_bound() const { return session_ && session_->state() == SessionState::bound; }
    bool is_talking() const { return phase_ == Phase::talking; }

    /// Sends one message of the queue, where there is one and the link may; false where not.
    bool submit_one(std::int64_t now_ms);
    /// It may send, but for what the queue has.
    bool may_submit(std::int64_t now_ms) const;
    void retire(std::int64_t now_ms);

   private:
    enum class Phase : std::uint8_t { waiting, connecting, talking };

    void on_bound() override;
    void on_answer(SubmitAnswer answer) override;
    void on_lost(std::uint64_t token, Lost how) override;
    void on_short_message(Delivery delivery, ShortMessage message) override;
    void on_data(Delivery delivery, DataSm message) override;
    void on_closed(std::string why) override;

    IncomingMessages::Answer answer_to(Delivery delivery);
    void wait(std::int64_t longest_ms, std::int64_t now_ms);
    void log_end(std::int64_t now_ms);

    const Setting setting_;
    OutboundQueue& queue_;
    IncomingMessages& incoming_;
    const IncomingMessages::Post post_;
    Phase phase_ = Phase::waiting;
    bool retired_ = false;
    std::int64_t connect_ms_ = 0;
    std::int64_t pause_ms_ = first_pause_ms;
    std::int64_t now_ms_ = 0;               // of the call under way
    std::int64_t bound_ms_ = 0;             // 0: not bound
    std::shared_ptr<EsmeSession> session_;  // while talking; shared with answers that come later
    Throttle throttle_;
    bool one_in_doubt_ = false;  // is under way, and nothing else
    std::string closed_why_, logged_why_;
    std::int64_t logged_ms_ = 0;
};

}  // namespace simtrail::sms::smpp
