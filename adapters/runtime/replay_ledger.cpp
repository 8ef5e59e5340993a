#include "adapters/runtime/replay_ledger.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "adapters/runtime/line_commands.hpp"
#include "engine/tracing/track.hpp"

namespace simtrail::runtime {

namespace {

using feed::Outcome;

/// The feeds' time is kept beside the positions of named sources, so that it is stored with the lines that told it. No client
/// can say hello by these names: they hold a control character.
constexpr const char* clock_source = "\x01replay clock";
constexpr const char* leap_source = "\x01replay leap";

/// Somebody who serves the database later must not have a day of callbacks sent anew.
constexpr const char* not_sent = "of a replay: not sent";

feed::FeedClock clock_of(const ledger::LedgerRecovery& recovery) {
    feed::FeedClock clock;
    for (const auto& [source, lines] : recovery.sources) {
        if (source == clock_source) clock.newest_ms = static_cast<std::int64_t>(lines);
        if (source == leap_source) clock.leap_to_ms = static_cast<std::int64_t>(lines);
    }
    return clock;
}

bool same(const ledger::GateChange& a, const ledger::GateChange& b) {
    return a.ends_ms == b.ends_ms && a.windows == b.windows;
}

/// When the subscriber's last reply that counted was taken; 0: there is none.
std::int64_t last_reply_ms(const ledger::LedgerBook& book, const ledger::Ledger& ledger, Msisdn from) {
    std::int64_t last_ms = 0;
    for (const std::uint32_t number : book.consents_of(from))
        if (const auto* consent = ledger.consent(book.consent(number)->tenant, from))
            last_ms = std::max(last_ms, consent->gateway_ms);
    for (const ledger::Consent& consent : ledger.pending().consents)
        if (consent.msisdn == from) last_ms = std::max(last_ms, consent.gateway_ms);
    return last_ms;
}

/// When a line happens. The `ts` of a text that names no gateway, as recordings do, is when its gateway took it; behind a
/// later one of the same subscriber it came late, and happens then.
std::int64_t time_of(const feed::ConversationLine& line, const ledger::LedgerBook& book, const ledger::Ledger& ledger) {
    const std::int64_t ts_ms = feed::ts_of(line);
    const auto* sms = std::get_if<feed::SmsLine>(&line);
    if (sms == nullptr || !sms->gateway.empty()) return ts_ms;
    return std::max(ts_ms, last_reply_ms(book, ledger, sms->from));
}

/// Something that points tell, in the order in which it is noted: whatever the shards and the blocks were.
struct Observation {
    std::int64_t at_ms = 0;
    TrackNumber track = 0;
    bool silence = false;
    TrackOutput::Published point;  // unless it is a silence

    auto order() const noexcept { return std::tuple(at_ms, track, !silence); }
};

}  // namespace

ReplayLedger::ReplayLedger(ReplayLedgerSetup setup, std::uint64_t seed)
    : setup_(std::move(setup)),
      identities_(seed, [this] { return ledger_->counters(); }),
      silences_(setup_.silent_after_ms) {
    auto recovery = setup_.store->recover_ledger();
    clock_ = stored_clock_ = clock_of(recovery);
    tracks_before_ = recovery.counters.track;
    book_.load(std::move(recovery.consents), std::move(recovery.tracks), recovery.counters);
    ledger_ = std::make_unique<ledger::Ledger>(book_, setup_.rules, identities_);
}

ReplayLedger::~ReplayLedger() = default;

std::vector<ledger::GateChange> ReplayLedger::running() const {
    std::vector<ledger::GateChange> gates;
    book_.for_each_running([&](const ledger::SimTrack& track) {
        gates.push_back(ledger::gate_of(track, book_.consent(track.tenant, track.msisdn)));
    });
    return gates;
}

bool ReplayLedger::wants(TrackNumber track) const {
    const ledger::SimTrack* known = book_.track(track);
    return known != nullptr && (known->runs() || known->callback);
}

void ReplayLedger::restore(const Track& track) {
    const std::vector<TracePoint> points = track.newest_points();
    board_.stored(track.number, points);
    const ledger::SimTrack* known = book_.track(track.number);
    if (known == nullptr || !known->runs()) return;
    if (known->silent || !known->has_position) awaited_.insert(track.number);
    const std::int64_t started_ms = known->windows.back().from_ms;
    const std::int64_t heard_ms =
        points.empty() ? started_ms : std::max(started_ms, board_.entry(track.number).last.tis_ms());
    silences_.start(track.number, heard_ms, known->silent);
}

void ReplayLedger::take(feed::Block& block) {
    observe(block);
    for (const feed::SaidLine& said : block.conversation) say(said, block.tally);
    if (block.clock.newest_ms != 0) clock_ = block.clock;
}

/// Silences and first positions, then all points for those who ask for the last one.
void ReplayLedger::observe(const feed::Block& block) {
    std::vector<Observation> seen;
    for (const auto& part : block.parts)
        for (const TrackOutput::Published& point : part.output.published) {
            const std::int64_t tis_ms = point.point.tis_ms();
            if (const auto silence = silences_.hear(point.track, tis_ms)) {
                seen.push_back({silence->at_ms, point.track, true, {}});
                awaited_.insert(point.track);
            }
            if (!awaited_.empty() && awaited_.erase(point.track) > 0)
                seen.push_back({tis_ms, point.track, false, point});
        }
    std::ranges::sort(seen, {}, &Observation::order);
    for (const Observation& observation : seen) {
        if (observation.silence) {
            apply(ledger::NoteSilence{observation.track}, observation.at_ms);
        } else {
            board_.publish(std::span(&observation.point, 1), observation.at_ms);
            apply(ledger::NotePosition{observation.track}, observation.at_ms);
        }
    }
    for (const auto& part : block.parts) {
        const auto& points = part.output.published;
        if (!points.empty()) board_.publish(points, points.back().point.tis_ms());
    }
}

/// What is due up to then comes, in order of time.
void ReplayLedger::advance(std::int64_t ms) {
    for (;;) {
        const auto deadline_ms = ledger_->next_due_ms(), silence_ms = silences_.next_ms();
        const bool silence_first = silence_ms && (!deadline_ms || *silence_ms < *deadline_ms);
        const auto next_ms = silence_first ? silence_ms : deadline_ms;
        if (!next_ms || *next_ms > ms) return;
        if (silence_first) {
            const auto silence = silences_.next(ms);
            awaited_.insert(silence->track);
            apply(ledger::NoteSilence{silence->track}, silence->at_ms);
        } else {
            ledger_->fire_due(*next_ms, 1);
            make_callbacks();
            follow_gates(*next_ms);
        }
    }
}

void ReplayLedger::say(const feed::SaidLine& said, feed::Tally& tally) {
    const auto command = recorded_command_of(said.line, setup_.body_rules);
    const auto end = [&](Outcome outcome) { tally.settle(said.feed, said.number, outcome); };
    if (!command) return end(command.error());
    if (!give_identities(said.line)) return end(Outcome::bad_argument);
    const std::int64_t at_ms = time_of(said.line, book_, *ledger_);
    advance(at_ms);
    const bool refused = *command && apply(**command, at_ms).refusal != ledger::Refusal::none;
    identities_.give(std::nullopt, std::nullopt);
    if (refused) return end(Outcome::refused);
    end(std::holds_alternative<feed::SmsLine>(said.line) ? Outcome::sms : Outcome::control);
}

/// Those that the line says; false where it says one that cannot be.
bool ReplayLedger::give_identities(const feed::ConversationLine& line) {
    const auto* call = std::get_if<feed::ControlLine>(&line);
    if (call == nullptr) return true;
    std::optional<Uuid> uuid;
    if (!call->track_id.empty()) {
        uuid = uuid_of_track_id(call->track_id);
        if (!uuid || book_.track_by_id(call->track_id) != nullptr || !said_ids_.insert(call->track_id).second)
            return false;
    }
    identities_.give(uuid, call->code);
    return true;
}

ledger::Decision ReplayLedger::apply(const ledger::Command& command, std::int64_t now_ms) {
    ledger::Decision decision = ledger_->apply(command, now_ms);
    make_callbacks();
    follow_gates(now_ms);
    return decision;
}

/// Made at once: what they tell of the last position must not depend on when the commit is.
void ReplayLedger::make_callbacks() {
    for (const auto& callback : ledger_->pending().callbacks) {
        if (made_.contains(callback.number)) continue;
        auto consent = ledger::ConsentState::none;
        if (const auto* track = std::get_if<ledger::SimTrack>(&callback.subject))
            if (const auto* found = ledger_->consent(track->tenant, track->msisdn)) consent = found->state;
        auto stored = setup_.make_callback(callback, consent, board_);
        stored.dead = true;
        stored.last_error = not_sent;
        made_.emplace(callback.number, std::move(stored));
    }
}

void ReplayLedger::follow_gates(std::int64_t now_ms) {
    for (const ledger::GateChange& change : ledger_->pending().gate) {
        const auto told = told_gates_.find(change.track);
        if (told != told_gates_.end() && same(told->second, change)) continue;
        told_gates_.insert_or_assign(change.track, change);
        new_gates_.push_back(change);
        if (is_open(change)) {
            awaited_.insert(change.track);
            silences_.start(change.track, now_ms);
        } else {
            awaited_.erase(change.track);
            silences_.stop(change.track);
            if (change.windows.empty()) board_.forget(change.track);
        }
    }
}

std::vector<ledger::GateChange> ReplayLedger::gate_changes() { return std::exchange(new_gates_, {}); }

void ReplayLedger::finish() { advance(clock_.newest_ms); }

void ReplayLedger::add_to(Batch& batch) {
    auto& control = batch.ledger;
    if (!ledger_->pending().empty()) {
        changes_ = ledger_->pending();
        changes_.texts.clear();
        control.changes = &changes_;
        control.counters = ledger_->counters();
        for (const auto& callback : changes_.callbacks) control.callbacks.push_back(made_.at(callback.number));
    }
    if (clock_ == stored_clock_) return;
    control.sources.push_back({clock_source, static_cast<std::uint64_t>(clock_.newest_ms)});
    control.sources.push_back({leap_source, static_cast<std::uint64_t>(clock_.leap_to_ms)});
}

void ReplayLedger::committed() {
    if (!ledger_->pending().empty()) {
        book_.apply(ledger_->pending());
        ledger_->committed();
    }
    stored_clock_ = clock_;
    made_.clear();
    told_gates_.clear();
}

std::uint64_t ReplayLedger::tracks_made() const noexcept { return ledger_->counters().track - tracks_before_; }

}  // namespace simtrail::runtime
