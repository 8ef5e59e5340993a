#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/sms/smpp/esme_session.hpp"
#include "adapters/sms/smpp/pacing.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace simtrail::sms::smpp {

/// What a status says of a message that was to be submitted.
enum class Verdict : std::uint8_t {
    accepted,
    throttled,  // ESME_RTHROTTLED, ESME_RMSGQFUL: later, and slower
    temporary,  // the SMSC's own trouble: later
    permanent,  // this message will never be taken
};
Verdict verdict(Status status) noexcept;

struct QueueOptions {
    std::size_t capacity = 2000;  // texts held; ~1 KiB each
    std::uint32_t rate = 0;       // submit_sm a second, 0: as fast as the window allows
};

struct QueueHooks {
    /// The messages that carry a text; the error, for people, says why none can.
    std::function<std::expected<std::vector<ShortMessage>, std::string>(const OutboxText&)> split;
    std::function<void(TextResult)> on_result;
    /// A message of this text is sent again although the SMSC may have taken it.
    std::function<void(const OutboxText&)> on_possible_duplicate;
};

/// The texts on their way, across all binds and their outages, and the messages (parts) they are made of. A text is accepted
/// when all its parts are; its message id is its last part's, the one that asks for a receipt.
///
/// No answer to a part leaves in doubt whether the SMSC has it. Such a part is sent again, before others, logged as a possible
/// duplicate; the caller sends it alone, so that the next cut hardly leaves it in doubt twice:
/// - its answer timed out: it is sent again once; where that is not answered either, the text is refused, "may have been sent".
/// - its link was cut: no message may be lost by cuts, so it is sent again, until the `max_cuts`-th cut refuses it as above.
///   Sent in an earlier run of the daemon counts as one cut.
///   What certainly never left is not in doubt.
/// A temporary error is tried again after growing pauses of the part's own, for a day. Not thread-safe; times are
/// milliseconds of any clock that never goes back. Hooks must not call back.
class OutboundQueue {
   public:
    static constexpr int max_timeouts = 2;
    static constexpr int max_cuts = 4;  // one message on which the peer breaks off each time must not go on for ever
    static constexpr std::int64_t first_retry_ms = 1'000;
    static constexpr std::int64_t longest_retry_ms = 300'000;
    static constexpr std::int64_t retry_for_ms = 86'400'000;

    struct Part {
        std::uint64_t token = 0;
        bool in_doubt = false;
        ShortMessage message;
    };

    OutboundQueue(QueueOptions options, QueueHooks hooks);

    std::size_t room() const { return options_.capacity - std::min(options_.capacity, texts_.size()); }
    bool empty() const { return texts_.empty(); }
    /// At most `room`; one that cannot be sent at all is refused at once.
    void add(OutboxText text);
    /// From now on only texts whose first part is gone are gone on with.
    void finish_begun_only() { begun_only_ = true; }
    /// Texts of which something was handed out and that are not settled.
    std::size_t begun() const { return begun_; }
    void forget(Msisdn msisdn);

    /// What is to be sent next.
    std::optional<Part> next(std::int64_t now_ms);
    /// It is a part in doubt.
    bool next_is_in_doubt() const { return !doubtful_.empty(); }
    /// When `next`, which has nothing now, may have something again.
    std::optional<std::int64_t> next_ms(std::int64_t now_ms) const;

    void answered(std::uint64_t token, Status status, const std::string& message_id, std::int64_t now_ms);
    void lost(std::uint64_t token, Lost how);

   private:
    struct PartState {
        int timeouts = 0;
        int cuts = 0;
        std::int64_t retry_ms = 0;  // the last pause
        std::int64_t first_fault_ms = 0;
    };
    struct Text {
        OutboxText info;
        std::vector<ShortMessage> parts;
        std::vector<PartState> states;
        std::size_t given = 0;  // parts handed out at least once
        std::size_t accepted = 0;
        std::string message_id;
    };
    using Due = std::pair<std::int64_t, std::uint64_t>;  // when, token: in the order of the texts

    Text* find(std::uint64_t token);
    Part hand_out(std::uint64_t token, bool in_doubt);
    std::optional<std::uint64_t> pick_fresh();
    std::optional<std::uint64_t> pick_retry(std::int64_t now_ms);
    bool anything_waits() const { return !fresh_.empty() || !retries_.empty() || !doubtful_.empty(); }
    void accept(std::uint64_t token, Text& text, const std::string& message_id);
    void retry_later(std::uint64_t token, Text& text, Status status, std::int64_t now_ms);
    void refuse(std::uint64_t token, std::string error);
    void erase(std::uint64_t token);

    const QueueOptions options_;
    QueueHooks hooks_;
    RateCap rate_;
    std::unordered_map<std::uint64_t, Text> texts_;
    std::uint64_t next_key_ = 1;
    std::deque<std::uint64_t> fresh_;  // keys of texts with parts never handed out
    std::set<Due> retries_;
    std::set<std::uint64_t> doubtful_;
    std::size_t begun_ = 0;
    bool begun_only_ = false;
};

}  // namespace simtrail::sms::smpp
