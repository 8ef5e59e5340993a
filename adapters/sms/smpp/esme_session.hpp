#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "adapters/sms/smpp/pdu.hpp"
#include "adapters/sms/smpp/pdu_reader.hpp"

namespace simtrail::sms::smpp {

enum class BindRole : std::uint8_t { transceiver, transmitter, receiver };

enum class SessionState : std::uint8_t { connecting, binding, bound, unbinding, closed };

struct SessionOptions {
    Bind bind;
    std::size_t window = 10;                    // submit_sm not answered yet, 1 to 1,000
    std::int64_t enquire_interval_ms = 30'000;  // of the peer's silence, before it is asked whether it lives
    std::int64_t response_timeout_ms = 10'000;
    std::uint32_t first_sequence = 1;  // tests begin just before the numbers wrap
};

/// A deliver_sm or data_sm of the peer's, to be answered.
struct Delivery {
    CommandId id{};
    std::uint32_t sequence = 0;
};

/// What became of a submit_sm.
struct SubmitAnswer {
    std::uint64_t token = 0;  // as given to `submit`
    std::int64_t sent_ms = 0;
    Status status = Status::ESME_ROK;
    std::string message_id;  // of an accepted one; empty where the peer gave none
};

/// Why a submit_sm has no answer, and none is waited for any more.
enum class Lost : std::uint8_t {
    unsent,     // the link ended before a byte of it went out: it was surely not taken
    cut,        // the link ended: it may have been taken
    timed_out,  // the peer did not answer in time: it may have been taken
};

/// Who is told what happens; called from within EsmeSession's functions, and calls none of them but answer().
class SessionSink {
   public:
    virtual ~SessionSink() = default;
    virtual void on_bound() = 0;
    virtual void on_answer(SubmitAnswer answer) = 0;
    virtual void on_lost(std::uint64_t token, Lost how) = 0;
    virtual void on_short_message(Delivery delivery, ShortMessage message) = 0;
    virtual void on_data(Delivery delivery, DataSm message) = 0;
    /// The conversation is over, once; `why` is for people.
    virtual void on_closed(std::string why) = 0;
};

/// One connection's conversation with an SMSC, from bind to unbind (SMPP 3.4, sections 2 and 4), without socket and clock:
/// bytes and times are put in, bytes and the wish to close come out. Times are milliseconds of any clock that never goes
/// back. Bounded whatever the peer does: one PDU of input, `window` submissions, `max_unanswered` deliveries, and output up
/// to `max_output_octets`, beyond which neither is read from the peer nor submitted. Not thread-safe.
class EsmeSession {
   public:
    /// Deliveries not answered yet; further ones are answered ESME_RTHROTTLED and so come again. More than one read can
    /// bring, so that a burst which is answered at once is taken whole.
    static constexpr std::size_t max_unanswered = 500;
    /// A full window of long texts; a peer that does not read what it is answered is not read either.
    static constexpr std::size_t max_output_octets = 256 * 1024;

    EsmeSession(SessionOptions options, BindRole role, SessionSink& sink);

    /// The link is there: binds.
    void connected(std::int64_t now_ms);
    /// Where the peer's next octets are to be put; then `received` says how many came.
    std::span<char> room();
    void received(std::size_t octets, std::int64_t now_ms);
    /// The link has ended, for whatever reason.
    void disconnected(const std::string& why);
    /// Does what is due at `next_ms`.
    void tick(std::int64_t now_ms);
    std::optional<std::int64_t> next_ms() const;

    /// All that is to be written now; from then on it may have reached the peer.
    std::string take_output();
    bool has_output() const { return !output_.empty(); }
    bool wants_read() const { return state_ != SessionState::closed && output_.size() < max_output_octets; }

    SessionState state() const { return state_; }
    std::size_t outstanding() const { return outstanding_.size(); }
    std::size_t unanswered() const { return unanswered_; }

    bool can_submit() const;
    /// Only where `can_submit`; `token` comes back with what became of it.
    void submit(std::uint64_t token, ShortMessage message, std::int64_t now_ms);
    /// Answers a delivery; without effect once the conversation is over.
    void answer(const Delivery& delivery, Status status);
    /// Says good-bye: nothing is submitted any more, answers that still come are told.
    void unbind(std::int64_t now_ms);

   private:
    enum class Happening : std::uint8_t { linked, bind_accepted, unbind_wanted, unbind_answered, over };
    struct Outstanding {
        std::uint32_t sequence = 0;
        std::uint64_t token = 0;
        std::int64_t sent_ms = 0;
        std::uint64_t end = 0;  // of its octets, among all that was put out
    };

    static SessionState after(SessionState state, Happening happening);
    void close(const std::string& why);

    void take(const RawPdu& raw, std::int64_t now_ms);
    void take_request(const RawPdu& raw);
    void take_message(const RawPdu& raw);
    void take_response(const RawPdu& raw);
    void take_bind_answer(const Header& header);
    bool take_submit_answer(const RawPdu& raw);

    std::uint32_t next_sequence();
    std::uint32_t request(CommandId id, Body body);
    void put(const Pdu& pdu);
    void expire_submissions(std::int64_t now_ms);

    const SessionOptions options_;
    const BindRole role_;
    SessionSink& sink_;
    SessionState state_ = SessionState::connecting;
    PduFramer framer_;
    std::string output_;
    std::uint64_t put_octets_ = 0;
    std::uint64_t taken_octets_ = 0;
    std::uint32_t sequence_;               // of the next request
    std::deque<Outstanding> outstanding_;  // oldest first
    std::size_t unanswered_ = 0;
    std::int64_t heard_ms_ = 0;             // when the last whole PDU came
    std::optional<std::int64_t> asked_ms_;  // when enquire_link went out; a whole PDU since then is answer enough
    std::int64_t deadline_ms_ = 0;          // of bind or unbind
};

}  // namespace simtrail::sms::smpp
