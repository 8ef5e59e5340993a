#include "adapters/runtime/writer.hpp"
#include "adapters/record/recorded_lines.hpp"

#include <algorithm>
#include <utility>

namespace simtrail::runtime {

namespace {

/// After a failed commit: soon enough to go on within seconds of the cause's end, seldom enough not to spin.
constexpr std::chrono::milliseconds retry_interval{250};
/// How finely the age of the journal's rows is known.
constexpr std::chrono::seconds row_age_step{10};
/// Blocks gathered into one commit at most: the others are filled meanwhile.
constexpr std::size_t blocks_a_commit = 32;

std::uint64_t points_of(const feed::Block& block) {
    std::uint64_t points = 0;
    for (const auto& part : block.parts) points += part.output.points;
    return points;
}

}  // namespace

Writer::Writer(Parts parts, const WriterLimits& limits, WriterHooks hooks)
    : parts_(parts),
      limits_(limits),
      hooks_(std::move(hooks)),
      group_(parts.store, parts.recovered),
      returned_up_to_(parts.recovered.blocks()),
      heard_up_to_(parts.recovered.blocks()) {}

void Writer::resume(ledger::LedgerRecovery& recovery) {
    attempted_up_to_ = recovery.counters.text;
    for (auto& answer : recovery.answers) answers_.remember(std::move(answer));
    const std::lock_guard lock(sources_mutex_);
    for (const auto& position : recovery.sources) sources_[position.source] = position.lines;
}

std::uint64_t Writer::lines_of(const std::string& source) const {
    const std::lock_guard lock(sources_mutex_);
    const auto found = sources_.find(source);
    return found == sources_.end() ? 0 : found->second;
}

void Writer::run() {
    while (!stopping_) step(next_wake());
    finish();
}

/// Blocks that are under way come back and are committed with what was decided; a store that fails to the end gets some tries.
void Writer::finish() {
    constexpr int tries = 20;
    wait_for_block(parts_.intake.close());
    refuse(held_controls_);
    refuse_early_receipts();
    const auto anything = [&] {
        return batch_ || !returned_.empty() || !text_news_.empty() || !text_outcomes_.empty() || !notes_.empty();
    };
    for (int i = 0; i < tries && anything(); ++i) {
        if (failing_) step(Clock::now() + retry_interval);
        if (!batch_) {  // else they would be told durable with a batch that they are not in
            note_observations();
            take_text_news(hooks_.now_ms());
        }
        if (!failing_) shut_gates_and_hear();
        commit();
    }
}

void Writer::step(Clock::time_point deadline) {
    WriterInbox::Work work = parts_.inbox.wait_until(deadline);
    stopping_ = stopping_ || work.stop;
    take_blocks(work.blocks);
    take_results(work);
    auto controls = std::exchange(held_controls_, {});
    std::ranges::move(work.controls, std::back_inserter(controls));
    if (failing_) {
        heed_withdrawals(controls);
        refuse(controls);
        refuse_receipts();
        hear_again();
        return commit();
    }
    const std::int64_t now_ms = hooks_.now_ms();
    for (const ledger::Command& withdrawal : std::exchange(withdrawals_, {})) {
        apply(withdrawal, now_ms);
        withdrawals_in_flight_.push_back(withdrawal);
    }
    decide(controls);
    note_observations();  // those that a failed commit held back come before what is new
    take_text_news(now_ms);
    look_around(now_ms);
    offer_texts();
    const bool heard = hear_blocks();
    if (!heard && parts_.ledger.pending().empty() && answered_.empty() && callback_results_.empty() &&
        text_outcomes_.empty() && receipts_.empty() && operator_answers_.empty() && !data_is_due())
        return;
    shut_gates_and_hear();
    commit();
}

/// Blocks that come while a gate is shut are committed with it, and so is what was said in them.
void Writer::shut_gates_and_hear() {
    do {
        shut_gates();
    } while (hear_blocks());
}

Writer::Clock::time_point Writer::next_wake() const {
    const auto now = Clock::now();
    if (failing_) return now + retry_interval;
    if (!with_position_.empty() || !notes_.empty() || !withdrawals_.empty() || !held_controls_.empty()) return now;
    auto wake = std::max(next_look_, now);
    if (waiting_since_) wake = std::min(wake, *waiting_since_ + limits_.commit_wait);
    return wake;
}

void Writer::take_blocks(std::vector<feed::Block*>& blocks) {
    if (!blocks.empty() && !waiting_since_) waiting_since_ = Clock::now();
    for (feed::Block* block : blocks) {
        parts_.intake.returned();
        returned_.push_back(block);
        returned_early_.insert(block->number);
    }
    while (!returned_early_.empty() && *returned_early_.begin() == returned_up_to_ + 1) {
        returned_early_.erase(returned_early_.begin());
        ++returned_up_to_;
    }
    std::ranges::sort(returned_, {}, &feed::Block::number);
}

void Writer::take_results(WriterInbox::Work& work) {
    std::ranges::move(work.callback_results, std::back_inserter(callback_results_));
    std::ranges::move(work.text_news, std::back_inserter(text_news_));
    text_room_ += work.text_room;
    for (const std::int64_t number : work.untaken_callbacks) offered_.erase(number);
    wants_callbacks_ = wants_callbacks_ || work.wants_callbacks;
}

bool Writer::data_is_due() const {
    if (!waiting_since_) return false;
    if (Clock::now() >= *waiting_since_ + limits_.commit_wait || returned_.size() >= blocks_a_commit) return true;
    std::uint64_t points = 0;
    for (const feed::Block* block : returned_) points += points_of(*block);
    return points >= limits_.commit_points;
}

/// What the ledger wants shut is shut before it is durable; lines that the gate let through earlier are committed with it.
void Writer::shut_gates() {
    std::vector<ledger::GateChange> shut;
    for (const ledger::GateChange& change : parts_.ledger.pending().gate)
        if (!is_open(change)) shut.push_back(change);
    if (!shut.empty()) wait_for_block(parts_.intake.change(std::move(shut)));
}

void Writer::wait_for_block(std::uint64_t number) {
    while (returned_up_to_ < number) {
        WriterInbox::Work work = parts_.inbox.wait_until(Clock::now() + look_interval);
        stopping_ = stopping_ || work.stop;
        take_blocks(work.blocks);
        take_results(work);
        std::ranges::move(work.controls, std::back_inserter(held_controls_));
    }
}

void Writer::commit() {
    if (!batch_) gather();
    const auto started = Clock::now();
    try {
        const ledger::LedgerChanges* changes = batch_->ledger.changes;
        if (hooks_.on_erasing && changes != nullptr && !changes->erased_subscribers.empty())
            hooks_.on_erasing(changes->erased_subscribers);
        if (!batch_->empty()) group_.commit(*batch_);
    } catch (const std::exception& error) {
        return failed(error.what());
    }
    committed(Clock::now() - started);
}

void Writer::gather() {
    gathered_points_ = 0;
    gathered_.clear();
    std::vector<feed::Block*> later;
    for (feed::Block* block : returned_) {
        (block->number <= returned_up_to_ ? gathered_ : later).push_back(block);
    }
    returned_ = std::move(later);
    waiting_since_ = returned_.empty() ? std::nullopt : std::optional(Clock::now());
    for (const feed::Block* block : gathered_) gathered_points_ += points_of(*block);
    batch_ = group_.gather(gathered_, returned_up_to_);
    add_ledger(*batch_);
}

/// What the ledger has decided, with the callbacks' bodies.
void Writer::add_changes(ledger::LedgerBatch& control) {
    if (parts_.ledger.pending().empty()) return;
    control.changes = &parts_.ledger.pending();
    control.counters = parts_.ledger.counters();
    for (const auto& callback : control.changes->callbacks) {
        auto consent = ledger::ConsentState::none;
        if (const auto* track = std::get_if<ledger::SimTrack>(&callback.subject))
            if (const auto* found = parts_.ledger.consent(track->tenant, track->msisdn)) consent = found->state;
        control.callbacks.push_back(hooks_.make_callback(callback, consent, parts_.board));
    }
}

void Writer::add_ledger(Batch& batch) {
    auto& control = batch.ledger;
    add_changes(control);
    control.callback_results = std::exchange(callback_results_, {});
    control.text_outcomes = std::exchange(text_outcomes_, {});
    control.answers = new_answers_;
    control.operator_answers = std::exchange(operator_answers_, {});
    std::unordered_map<std::string, std::uint64_t> sources;
    for (const feed::Block* block : gathered_)
        for (const auto& mark : block->marks)
            if (!mark.source->position_name.empty()) sources[mark.source->position_name] = mark.lines;
    for (auto& [source, lines] : sources) control.sources.push_back({source, lines});
}

/// Nothing was acknowledged. The points stay in the batch; what the ledger decided is as if it had not been asked.
void Writer::failed(const std::string& error) {
    failing_ = true;
    hooks_.on_failure(error);
    for (const auto& answer : std::exchange(new_answers_, {})) answers_.forget(answer.tenant, answer.key);
    std::ranges::move(std::exchange(withdrawals_in_flight_, {}), std::back_inserter(withdrawals_));
    std::ranges::move(std::exchange(notes_in_flight_, {}), std::back_inserter(notes_));
    parts_.ledger.rolled_back();
    recorded_.clear();
    batch_->ledger.changes = nullptr;
    batch_->ledger.callbacks.clear();
    batch_->ledger.answers.clear();
    batch_->ledger.operator_answers.clear();  // their requests are still there
    for (Answered& answered : std::exchange(answered_, {})) answered.done(std::unexpected(Failure::not_durable));
    tell_text_senders(false);
}

void Writer::committed(std::chrono::nanoseconds took) {
    if (std::exchange(failing_, false)) hooks_.on_recovery();
    withdrawals_in_flight_.clear();
    heard_in_flight_.clear();
    notes_in_flight_.clear();
    hooks_.on_commit(took, gathered_points_);
    if (hooks_.on_record) tell_recorder();
    apply_ledger();
    release_blocks();
    new_answers_.clear();
    for (Answered& answered : std::exchange(answered_, {})) answered.done(std::move(answered.response));
    tell_text_senders(true);
    accepted_not_durable_.clear();
    if (!batch_->ledger.callback_results.empty()) {
        std::vector<std::int64_t> numbers;
        for (const auto& result : batch_->ledger.callback_results) {
            offered_.erase(result.number);
            numbers.push_back(result.number);
        }
        hooks_.on_callbacks_persisted(std::move(numbers));
        wants_callbacks_ = true;
    }
    wants_callbacks_ = wants_callbacks_ || !batch_->ledger.callbacks.empty();
    batch_.reset();
    offer_texts();
    try {
        if (wants_callbacks_) offer_callbacks();
        if (parts_.ledger_store.needs_scrub()) parts_.ledger_store.scrub();
    } catch (const std::exception& error) {  // what is committed stays so; both are looked at again soon
        hooks_.on_failure(error.what());
    }
}

/// Events that counted come first: what was decided in this commit counts for those after it.
void Writer::tell_recorder() {
    record::Recorded recorded{.now_ms = hooks_.now_ms(), .lines = {}, .erased = {}};
    for (const feed::Block* block : gathered_) record::append_events(recorded.lines, *block);
    recorded.lines += std::exchange(recorded_, {});
    if (batch_->ledger.changes != nullptr) recorded.erased = batch_->ledger.changes->erased_subscribers;
    if (!recorded.lines.empty() || !recorded.erased.empty()) hooks_.on_record(std::move(recorded));
}

/// The ledger's changes are durable: readers see them, gates open, texts go out.
void Writer::apply_ledger() {
    if (batch_->ledger.changes == nullptr) return;
    const ledger::LedgerChanges& changes = *batch_->ledger.changes;
    parts_.book.apply(changes);
    std::vector<ledger::GateChange> open;
    for (const ledger::GateChange& change : changes.gate) {
        if (change.windows.empty())
            parts_.board.forget(change.track);
        else if (is_open(change))
            parts_.board.watch(change.track, hooks_.now_ms());
        else
            parts_.board.rest(change.track);
        if (is_open(change))
            open.push_back(change);
        else
            parts_.watchers.tell_end(change.track);
    }
    if (!open.empty()) parts_.intake.change(std::move(open));
    forget_gone(changes);
    texts_wait_ = texts_wait_ || !changes.texts.empty();
    parts_.ledger.committed();
}

/// The blocks' points are durable: they are published, their sources acknowledged, and the blocks are free.
void Writer::release_blocks() {
    for (feed::Block* block : std::exchange(gathered_, {})) {
        for (const auto& part : block->parts) {
            std::ranges::copy(parts_.board.publish(part.output.published, block->arrived_ms),
                              std::back_inserter(with_position_));
            parts_.watchers.tell(part.output.published);
            for (const auto& rejection : part.tally.rejections)
                block->marks[rejection.feed].source->log().add(rejection.line, rejection.outcome);
        }
        for (const auto& rejection : block->tally.rejections)
            block->marks[rejection.feed].source->log().add(rejection.line, rejection.outcome);
        for (const auto& mark : block->marks) {
            if (!mark.source->position_name.empty()) {
                const std::lock_guard lock(sources_mutex_);
                sources_[mark.source->position_name] = mark.lines;
            }
            mark.source->committed(mark.lines);
        }
        const feed::OutcomeCounts counts = settled_outcomes(*block);
        hooks_.on_lines(counts);
        if (block->on_committed) block->on_committed(counts);
        parts_.intake.release(*block);
    }
}

/// Tracks that keep the journal from shrinking are cut: it has too many bytes, or too old ones. Shards cut some a block, so
/// they are told until it is done.
void Writer::bound_journal() {
    const auto now = Clock::now();
    const JournalKeeper& journal = group_.journal();
    if (row_ages_.empty() || now - row_ages_.back().at >= row_age_step) row_ages_.push_back({now, returned_up_to_});
    while (row_ages_.size() > 1 && now - row_ages_.front().at >= limits_.journal_age) {
        cut_up_to_ = std::max(cut_up_to_, row_ages_.front().block);
        row_ages_.pop_front();
    }
    const std::uint64_t tracks = parts_.ledger.counters().track;
    if (journal.bytes() > std::max(limits_.journal_bytes, tracks * limits_.journal_bytes_a_track))
        cut_up_to_ = std::max(cut_up_to_, journal.middle_block());
    if (journal.bytes() > 0 && journal.oldest_block() <= cut_up_to_) parts_.intake.change({}, cut_up_to_);
}

}  // namespace simtrail::runtime
