// The writer's conversation side: commands, deadlines, silences, the operator's requests, callbacks.
#include <algorithm>
#include <utility>

#include "adapters/record/recorded_lines.hpp"
#include "adapters/runtime/line_commands.hpp"
#include "adapters/runtime/writer.hpp"

namespace simtrail::runtime {

namespace {

constexpr std::chrono::seconds sweep_interval{60};
/// Rows deleted in one step of retention, deadlines fired in one commit: some milliseconds' work.
constexpr std::size_t rows_a_sweep = 500;
constexpr std::size_t deadlines_a_step = 1000;
constexpr std::size_t tracks_a_look = 65'536;
constexpr std::size_t callbacks_a_look = 256;

/// Commands that end tracking; others only see that a deadline has, and that is due again after a failure.
bool may_withdraw(const ledger::Command& command) {
    return std::holds_alternative<ledger::RevokeConsent>(command) ||
           std::holds_alternative<ledger::StopSimTrack>(command) ||
           std::holds_alternative<ledger::DeleteSimTrack>(command) ||
           std::holds_alternative<ledger::ReceiveText>(command) ||
           std::holds_alternative<ledger::EraseSubscriber>(command);
}

std::optional<Msisdn> subject_of(const ledger::Decision& decision) {
    if (decision.consent) return decision.consent->msisdn;
    return decision.track ? std::optional(decision.track->msisdn) : std::nullopt;
}

}  // namespace

void Writer::refuse(std::vector<ControlRequest>& controls) {
    for (ControlRequest& request : std::exchange(controls, {})) request.done(std::unexpected(Failure::not_durable));
}

void Writer::decide(std::vector<ControlRequest>& controls) {
    const std::int64_t now_ms = hooks_.now_ms();
    if (!controls.empty()) parts_.ledger.fire_due(now_ms, deadlines_a_step);  // what is due comes before what is asked
    for (ControlRequest& request : controls) decide(request, now_ms);
}

void Writer::decide(ControlRequest& request, std::int64_t now_ms) {
    if (answered_before(request, now_ms)) return;
    const std::size_t gate_changes = parts_.ledger.pending().gate.size();
    const ledger::Decision decision = apply(request.command, now_ms);
    keep_withdrawal(request.command, gate_changes);
    Answered answered{.done = std::move(request.done), .response = request.render(decision)};
    if (request.once && answered.response.status < 300) {
        new_answers_.push_back({.tenant = request.once->tenant,
                                .key = request.once->key,
                                .fingerprint = request.once->fingerprint,
                                .status = answered.response.status,
                                .body = answered.response.body,
                                .at_ms = now_ms,
                                .msisdn = subject_of(decision)});
        answers_.remember(new_answers_.back());
    }
    answered_.push_back(std::move(answered));
}

/// A repeated Idempotency-Key: the first answer again, once that is durable.
bool Writer::answered_before(ControlRequest& request, std::int64_t now_ms) {
    if (!request.once) return false;
    const auto* earlier = answers_.find(request.once->tenant, request.once->key, now_ms);
    if (earlier == nullptr) return false;
    if (earlier->fingerprint != request.once->fingerprint) {
        request.done(std::unexpected(Failure::key_reused));
        return true;
    }
    http::Response again{
        .status = earlier->status, .headers = {{"Content-Type", "application/json"}}, .body = earlier->body};
    answered_.push_back({.done = std::move(request.done), .response = std::move(again)});
    return true;
}

/// Should the commit fail, what shut a gate is carried out once the store works again (its caller is told to try again).
void Writer::keep_withdrawal(const ledger::Command& command, std::size_t gate_changes_before) {
    if (!may_withdraw(command)) return;
    const auto& gate = parts_.ledger.pending().gate;
    for (std::size_t i = std::min(gate_changes_before, gate.size()); i < gate.size(); ++i)
        if (!is_open(gate[i])) {
            withdrawals_in_flight_.push_back(command);
            return;
        }
}

/// While commits fail nothing is decided, but whoever withdraws is not followed any more: the ledger says which gates that
/// shuts, and forgets it again. One that comes again shuts nothing more, and is not kept twice.
void Writer::heed_withdrawals(std::span<const ControlRequest> controls) {
    if (std::ranges::none_of(controls, may_withdraw, &ControlRequest::command)) return;
    const std::int64_t now_ms = hooks_.now_ms();
    for (const ledger::Command& kept : withdrawals_) parts_.ledger.apply(kept, now_ms);
    const auto& gate = parts_.ledger.pending().gate;
    const std::size_t changed_before = gate.size();
    for (const ControlRequest& request : controls) {
        if (!may_withdraw(request.command)) continue;
        const std::size_t gate_changes = gate.size();
        parts_.ledger.apply(request.command, now_ms);
        keep_withdrawal(request.command, gate_changes);
    }
    std::vector<ledger::GateChange> changes(gate.begin() + static_cast<std::ptrdiff_t>(changed_before), gate.end());
    std::erase_if(changes, ledger::is_open);
    parts_.ledger.rolled_back();
    std::ranges::move(std::exchange(withdrawals_in_flight_, {}), std::back_inserter(withdrawals_));
    if (!changes.empty()) parts_.intake.change(std::move(changes));
}

/// Carries out the sms and control lines of blocks that came back; false where there were none.
bool Writer::hear_blocks() {
    const std::int64_t now_ms = hooks_.now_ms();
    bool heard = false;
    for (feed::Block* block : returned_) {
        if (block->number <= heard_up_to_ || block->number > returned_up_to_) continue;
        for (const feed::SaidLine& said : block->conversation) hear(said, block->tally, now_ms);
        heard = heard || !block->conversation.empty();
    }
    heard_up_to_ = returned_up_to_;
    return heard;
}

void Writer::hear(const feed::SaidLine& said, feed::Tally& tally, std::int64_t now_ms) {
    const auto end = [&](feed::Outcome outcome) { tally.settle(said.feed, said.number, outcome); };
    auto command = command_of(said.line, limits_.body_rules);
    if (!command) return end(command.error());
    if (feed::ts_of(said.line) > now_ms + feed::allowed_future_ms) return end(feed::Outcome::future);
    const bool is_sms = std::holds_alternative<feed::SmsLine>(said.line);
    if (*command) {
        parts_.ledger.fire_due(now_ms, deadlines_a_step);
        if (apply(**command, now_ms).refusal != ledger::Refusal::none) return end(feed::Outcome::refused);
        heard_in_flight_.push_back(**std::move(command));
    }
    end(is_sms ? feed::Outcome::sms : feed::Outcome::control);
}

/// After a failed commit: the batch that is tried again has the lines' positions, so it has to have what they changed.
void Writer::hear_again() {
    if (!batch_ || batch_->ledger.changes != nullptr) return;
    const std::int64_t now_ms = hooks_.now_ms();
    for (const ledger::Command& command : heard_in_flight_) apply(command, now_ms);
    add_changes(batch_->ledger);
}

/// Every command goes this way, so that what changed something can be recorded.
ledger::Decision Writer::apply(const ledger::Command& command, std::int64_t now_ms) {
    const std::int64_t evidence = parts_.ledger.counters().evidence;
    ledger::Decision decision = parts_.ledger.apply(command, now_ms);
    // What a gateway says of a text to somebody who is not known any more changes nothing.
    const bool counts =
        !std::holds_alternative<ledger::NoteText>(command) || parts_.ledger.counters().evidence > evidence;
    if (hooks_.on_record && counts && decision.refusal == ledger::Refusal::none)
        record::append_command(recorded_, command, decision, now_ms);
    return decision;
}

/// What the board tells once; it is kept until it is durable.
void Writer::note(ledger::Command observation, std::int64_t now_ms) {
    apply(observation, now_ms);
    notes_in_flight_.push_back(std::move(observation));
}

void Writer::note_observations() {
    const std::int64_t now_ms = hooks_.now_ms();
    for (ledger::Command& observation : std::exchange(notes_, {})) note(std::move(observation), now_ms);
    for (const TrackNumber track : std::exchange(with_position_, {})) note(ledger::NotePosition{track}, now_ms);
}

void Writer::look_around(std::int64_t now_ms) {
    const auto now = Clock::now();
    if (now < next_look_) return;
    next_look_ = now + look_interval;
    parts_.ledger.fire_due(now_ms, deadlines_a_step);
    if (limits_.silent_after_ms > 0)  // 0: nobody wants to know
        for (const TrackNumber track :
             parts_.board.fallen_silent(silence_cursor_, tracks_a_look, now_ms - limits_.silent_after_ms))
            note(ledger::NoteSilence{track}, now_ms);
    silence_cursor_ = silence_cursor_ + tracks_a_look < parts_.board.size()
                          ? silence_cursor_ + static_cast<TrackNumber>(tracks_a_look)
                          : 0;
    try {
        take_operator_requests(now_ms);
        if (parts_.ledger_store.needs_scrub()) parts_.ledger_store.scrub();
        if (now >= next_sweep_ && !parts_.ledger_store.sweep(now_ms - limits_.retention_ms, now_ms, rows_a_sweep)) {
            next_sweep_ = now + sweep_interval;
            answers_.drop_old(now_ms);
        }
        offer_callbacks();
        bound_journal();
    } catch (const std::exception& error) {
        next_sweep_ = now + sweep_interval;
        hooks_.on_failure(error.what());
    }
}

void Writer::take_operator_requests(std::int64_t now_ms) {
    for (const ledger::OperatorRequest& request : parts_.ledger_store.operator_requests()) {
        ledger::OperatorAnswer answer{.number = request.number, .done = true, .message = {}};
        if (const auto msisdn = Msisdn::parse(request.argument); request.kind == "erase" && msisdn) {
            const std::size_t gate_changes = parts_.ledger.pending().gate.size();
            const ledger::Command erase = ledger::EraseSubscriber{*msisdn};
            apply(erase, now_ms);
            keep_withdrawal(erase, gate_changes);
        } else {
            answer.done = false;
            answer.message = "the daemon does not know this request: are both of the same version?";
        }
        operator_answers_.push_back(std::move(answer));
    }
}

void Writer::offer_callbacks() {
    wants_callbacks_ = false;
    auto due = parts_.ledger_store.due_callbacks(hooks_.now_ms(), callbacks_a_look + offered_.size());
    std::erase_if(due, [&](const auto& callback) { return !offered_.insert(callback.number).second; });
    if (!due.empty()) hooks_.on_callbacks(std::move(due));
}

}  // namespace simtrail::runtime
