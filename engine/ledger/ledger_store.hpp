#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/changes.hpp"
#include "engine/ledger/ledger_book.hpp"

namespace simtrail::ledger {

/// A callback in the durable outbox, ready to be sent.
struct StoredCallback {
    std::int64_t number = 0;
    std::string event_id;
    std::string event_type;
    std::string tenant;
    Msisdn msisdn;           // whom it speaks of: an erasure finds it by that
    TrackNumber track = 0;   // 0: an event of a consent
    std::uint64_t lane = 0;  // order is kept within one: a track's number, or 2^63 + a consent's number
    CallbackTarget target;
    std::string body;
    std::int64_t created_ms = 0;
    std::int64_t next_ms = 0;  // not before
    std::uint32_t attempts = 0;
    bool dead = false;       // given up; kept for `callbacks list`
    std::string last_error;  // for people; no body, no secret, no number
};

/// What became of an attempt: delivered ones leave the outbox.
struct CallbackResult {
    std::int64_t number = 0;
    bool delivered = false;
    bool dead = false;
    std::uint32_t attempts = 0;
    std::int64_t next_ms = 0;
    std::string error;
};

/// A text leaves the outbox when the gateway has refused it, or accepted it and sends no receipt, or has sent that.
struct TextOutcome {
    std::int64_t number = 0;
    TextFate fate = TextFate::accepted;
    std::string message_id;  // of an accepted one: its receipt will bear it; empty: none comes
    std::int64_t at_ms = 0;
};

/// An answer given to a POST with an Idempotency-Key, to be given again for a day.
struct IdempotentAnswer {
    std::string tenant;
    std::string key;
    std::string fingerprint;  // of method, target and body: the same key with another is refused
    int status = 0;
    std::string body;
    std::int64_t at_ms = 0;
    std::optional<Msisdn> msisdn;  // whom it speaks of: an erasure finds it by that
};

/// How many lines of a named source (TCP `hello`) are taken.
struct SourcePosition {
    std::string source;
    std::uint64_t lines = 0;
};

/// A request of another process (`simtrail subscriber erase` beside the daemon), left in the database.
struct OperatorRequest {
    std::int64_t number = 0;
    std::string kind;      // "erase"
    std::string argument;  // MSISDN
};
struct OperatorAnswer {
    std::int64_t number = 0;
    bool done = false;
    std::string message;
};

/// The control side of one group commit, beside the points (engine/tracing/trace_store.hpp).
struct LedgerBatch {
    const LedgerChanges* changes = nullptr;  // nullptr: none
    Counters counters;                       // where `changes` is given
    std::vector<StoredCallback> callbacks;   // of `changes`, with bodies; or resent ones
    std::vector<CallbackResult> callback_results;
    std::vector<TextOutcome> text_outcomes;
    std::vector<IdempotentAnswer> answers;
    std::vector<SourcePosition> sources;
    std::vector<OperatorAnswer> operator_answers;

    bool empty() const noexcept {
        return changes == nullptr && callbacks.empty() && callback_results.empty() && text_outcomes.empty() &&
               answers.empty() && sources.empty() && operator_answers.empty();
    }
};

struct LedgerRecovery {
    std::vector<Consent> consents;
    std::vector<SimTrack> tracks;
    Counters counters;
    std::vector<IdempotentAnswer> answers;
    std::vector<SourcePosition> sources;
};

/// What the daemon's writer asks of the store besides commits (TraceStore::commit takes the LedgerBatch). Same thread, same
/// errors: std::runtime_error with a message for people.
class LedgerStore {
   public:
    virtual ~LedgerStore() = default;

    virtual LedgerRecovery recover_ledger() = 0;

    /// Callbacks to try now, oldest `next_ms` first, at most `limit`: not dead, due (`next_ms` <= `now_ms`), and the first of
    /// their lane (no earlier number of the same lane that is not dead is left). Called every second and after commits: it has
    /// to be quick where a dead endpoint has left a million that wait (callbacks/deliverer.hpp gives items back).
    virtual std::vector<StoredCallback> due_callbacks(std::int64_t now_ms, std::size_t limit) = 0;

    /// Texts to send with numbers above `after`, by number, at most `limit`.
    virtual std::vector<OutgoingText> waiting_texts(std::int64_t after, std::size_t limit) = 0;
    /// The accepted text that waits for a receipt with this id, the newest where several do; its words are gone.
    virtual std::optional<OutgoingText> accepted_text(const std::string& message_id) = 0;

    /// One small step of retention: deletes points older than `before_ms` (whole segments), answers older than a day,
    /// accepted texts whose receipt has not come for a week, at most about `most` rows. True where there may be more.
    virtual bool sweep(std::int64_t before_ms, std::int64_t now_ms, std::size_t most) = 0;

    virtual std::vector<OperatorRequest> operator_requests() = 0;

    /// True while an erasure is committed but a reader kept its old pages from being overwritten: `scrub` tries again
    /// (grouped, after commits) and says whether it is done.
    virtual bool needs_scrub() const = 0;
    virtual bool scrub() = 0;
};

}  // namespace simtrail::ledger
