#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "adapters/api/bodies.hpp"
#include "adapters/record/recorded.hpp"
#include "adapters/runtime/answer_memory.hpp"
#include "adapters/runtime/board.hpp"
#include "adapters/runtime/feed_sources.hpp"
#include "adapters/runtime/group_commit.hpp"
#include "adapters/runtime/intake.hpp"
#include "adapters/runtime/point_watchers.hpp"
#include "adapters/runtime/shared_book.hpp"
#include "adapters/runtime/writer_inbox.hpp"
#include "engine/ledger/ledger.hpp"

namespace simtrail::runtime {

struct WriterLimits {
    std::chrono::milliseconds commit_wait{20};  // points wait for others this long: one fsync serves them all
    std::uint64_t commit_points = 32'768;
    std::uint64_t journal_bytes = 256ULL << 20;     // beyond the larger of the two, tracks that pin the journal's
    std::uint64_t journal_bytes_a_track = 16 * 48;  // oldest half are cut (DESIGN, rules for storage, 2)
    std::chrono::seconds journal_age{600};          // and those that pin rows older than that
    std::chrono::seconds early_receipt{2};          // held for the answer that names its text; replies queue behind it
    std::int64_t retention_ms = 90LL * 86'400'000;  // of points
    std::int64_t silent_after_ms = 3'600'000;       // without an event: device.silent
    api::BodyRules body_rules;                      // of control lines
};

/// What the writer tells, on its own thread.
struct WriterHooks {
    std::function<std::int64_t()> now_ms;
    /// The callback as it is stored and sent; `track_consent` is of a track's subscriber and tenant.
    std::function<ledger::StoredCallback(const ledger::OutgoingCallback&, ledger::ConsentState track_consent,
                                         const Board&)>
        make_callback;
    std::function<void(std::vector<ledger::OutgoingText>)> on_texts;        // durable: send them, as many as asked for
    std::function<void(std::vector<Msisdn>)> on_erased;                     // nothing more may go to them
    std::function<void(std::vector<ledger::StoredCallback>)> on_callbacks;  // due: try them
    std::function<void(std::vector<std::int64_t>)> on_callbacks_persisted;  // outcomes are durable
    std::function<void(const feed::OutcomeCounts&)> on_lines;               // of a durable block
    std::function<void(std::chrono::nanoseconds, std::uint64_t points)> on_commit;
    std::function<void(const std::string& error)> on_failure;  // a commit failed: nothing of it is acknowledged
    std::function<void(record::Recorded)> on_record;           // empty: nothing is recorded
    std::function<void()> on_recovery;                         // and now one succeeded
    /// Before their erasure is committed: what outlives this process must know of it. May be empty.
    std::function<void(const std::vector<Msisdn>&)> on_erasing;
};

/// The one writer: commits blocks and ledger changes together, then publishes and answers. It owns the ledger. One thread.
///
/// An event counts where the gate was open when it came; a command that shuts a gate is committed in one transaction with, or
/// after, every event that came before it, and answered then. While commits fail, commands are refused and the points wait;
/// but a command that shuts a gate shuts it all the same, and is carried out as soon as the store works again.
class Writer {
   public:
    /// Everything outlives the writer.
    struct Parts {
        TraceStore& store;
        ledger::LedgerStore& ledger_store;
        const RecoveredTracks& recovered;
        SharedBook& book;
        ledger::Ledger& ledger;
        Intake& intake;
        WriterInbox& inbox;
        Board& board;
        PointWatchers& watchers;
    };
    Writer(Parts parts, const WriterLimits& limits, WriterHooks hooks);

    /// What the store remembers of answers, sources and texts.
    void resume(ledger::LedgerRecovery& recovery);

    /// A running track that has points and whose record does not say so. Before `run`.
    void note_position(TrackNumber track) { with_position_.push_back(track); }

    /// Until the inbox says stop; then everything taken so far is committed.
    void run();

    /// Positions of named sources, durable. Any thread.
    std::uint64_t lines_of(const std::string& source) const;

   private:
    using Clock = std::chrono::steady_clock;

    /// Deadlines, silences, operator's requests and due callbacks are looked for this often.
    static constexpr std::chrono::milliseconds look_interval{250};

    struct Answered {
        std::move_only_function<void(std::expected<http::Response, Failure>)> done;
        http::Response response;
    };

    void step(Clock::time_point deadline);
    void take_blocks(std::vector<feed::Block*>& blocks);
    void take_results(WriterInbox::Work& work);
    Clock::time_point next_wake() const;
    bool data_is_due() const;
    void decide(std::vector<ControlRequest>& controls);
    void decide(ControlRequest& request, std::int64_t now_ms);
    bool answered_before(ControlRequest& request, std::int64_t now_ms);
    void keep_withdrawal(const ledger::Command& command, std::size_t gate_changes_before);
    void heed_withdrawals(std::span<const ControlRequest> controls);
    bool hear_blocks();
    void hear(const feed::SaidLine& said, feed::Tally& tally, std::int64_t now_ms);
    void hear_again();
    ledger::Decision apply(const ledger::Command& command, std::int64_t now_ms);
    void tell_recorder();
    void note(ledger::Command observation, std::int64_t now_ms);
    void note_observations();
    void look_around(std::int64_t now_ms);
    void take_operator_requests(std::int64_t now_ms);
    void shut_gates();
    void shut_gates_and_hear();
    void wait_for_block(std::uint64_t number);
    void commit();
    void gather();
    void add_ledger(Batch& batch);
    void add_changes(ledger::LedgerBatch& control);
    void committed(std::chrono::nanoseconds took);
    void failed(const std::string& error);
    void apply_ledger();
    void release_blocks();
    void offer_callbacks();
    void take_text_news(std::int64_t now_ms);
    enum class IfEarly : bool { settle, hold };
    void take_text_news(WriterInbox::TextNews& news, IfEarly early, std::int64_t now_ms);
    bool hold(WriterInbox::TextNews& news);
    void take_early_receipts(std::int64_t now_ms);
    std::optional<ledger::OutgoingText> text_of(const WriterInbox::TextNews& news);
    std::optional<ledger::OutgoingText> accepted_text(const std::string& message_id) const;
    void offer_texts();
    void forget_gone(const ledger::LedgerChanges& changes);
    void refuse_receipts();
    void refuse_early_receipts();
    void tell_text_senders(bool durable);
    void bound_journal();
    void refuse(std::vector<ControlRequest>& controls);
    void finish();

    Parts parts_;
    WriterLimits limits_;
    WriterHooks hooks_;
    GroupCommit group_;
    AnswerMemory answers_;

    std::vector<feed::Block*> returned_;              // by number, not gathered yet
    std::uint64_t returned_up_to_ = 0;                // every block up to here has come back
    std::set<std::uint64_t> returned_early_;          // beyond
    std::optional<Clock::time_point> waiting_since_;  // the oldest of `returned_`
    std::vector<ControlRequest> held_controls_;       // came while waiting for a block

    std::optional<Batch> batch_;          // gathered, not durable yet
    std::vector<feed::Block*> gathered_;  // its blocks
    std::uint64_t gathered_points_ = 0;
    std::vector<Answered> answered_;
    std::vector<ledger::IdempotentAnswer> new_answers_;
    std::vector<ledger::CallbackResult> callback_results_;
    std::vector<ledger::TextOutcome> text_outcomes_;
    std::vector<WriterInbox::TextNews> text_news_;               // came while commits fail
    std::vector<std::move_only_function<void(bool)>> receipts_;  // in the batch
    std::vector<ledger::OperatorAnswer> operator_answers_;
    struct EarlyReceipt {
        WriterInbox::TextNews news;
        Clock::time_point until;
    };
    std::deque<EarlyReceipt> early_receipts_;  // the oldest first

    std::vector<ledger::Command> notes_in_flight_;        // of positions and silences, in the batch
    std::vector<ledger::Command> notes_;                  // of a batch that failed
    std::vector<TrackNumber> with_position_;              // watched tracks that got a point
    std::uint64_t heard_up_to_ = 0;                       // sms and control lines of blocks up to here are decided
    std::string recorded_;                                // lines of commands that are not durable yet
    std::vector<ledger::Command> heard_in_flight_;        // of lines whose position is in the batch
    std::vector<ledger::Command> withdrawals_in_flight_;  // shut a gate in the batch
    std::vector<ledger::Command> withdrawals_;            // shut a gate while commits fail
    std::unordered_set<std::int64_t> offered_;            // callbacks the deliverer has
    bool failing_ = false;
    bool stopping_ = false;
    bool wants_callbacks_ = true;

    // The outbox of texts: the gateway has those in `sending_`, and room for `text_room_` more.
    std::unordered_map<std::int64_t, ledger::OutgoingText> sending_;              // without their words
    std::unordered_map<std::string, ledger::OutgoingText> accepted_not_durable_;  // by message id
    std::optional<std::size_t> id_spelling_;                                      // of receipts, among the likely ones
    std::size_t text_room_ = 0;
    std::int64_t texts_offered_up_to_ = 0;
    std::int64_t attempted_up_to_ = 0;  // by an earlier run
    bool texts_wait_ = true;
    Clock::time_point next_look_{};
    Clock::time_point next_sweep_{};
    TrackNumber silence_cursor_ = 0;
    struct RowAge {
        Clock::time_point at;
        std::uint64_t block;
    };
    std::deque<RowAge> row_ages_;  // ascending
    std::uint64_t cut_up_to_ = 0;

    mutable std::mutex sources_mutex_;
    std::unordered_map<std::string, std::uint64_t> sources_;
};

}  // namespace simtrail::runtime
