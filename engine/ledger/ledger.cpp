#include "engine/ledger/ledger.hpp"

#include <algorithm>
#include <utility>

#include "engine/ledger/book_index.hpp"
#include "engine/ledger/consent_moves.hpp"
#include "engine/ledger/drafts.hpp"
#include "engine/ledger/reply_moves.hpp"
#include "engine/ledger/track_moves.hpp"

namespace simtrail::ledger {

struct Ledger::Overlay {
    LedgerRules rules;
    Drafts drafts;
    TrackMoves tracks;
    ConsentMoves consents;
    ReplyMoves replies;

    Overlay(const LedgerBook::Index& book, LedgerRules given_rules, Identities& identities)
        : rules(std::move(given_rules)),
          drafts(book.records, book.counters, rules),
          tracks(drafts, rules, identities),
          consents(drafts, tracks, rules, identities),
          replies(drafts, consents, rules) {}

    void fire(const Deadline& deadline, std::int64_t now_ms) {
        if (deadline.of_consent) return consents.due(*drafts.consent(deadline.number), deadline.at_ms, now_ms);
        const SimTrack track = *drafts.track(deadline.number);
        tracks.due(track, deadline_of(track, rules).event, deadline.at_ms);
        ended(track, deadline.at_ms);
    }

    /// A track that may have run until now.
    void ended(const std::optional<SimTrack>& before, std::int64_t at_ms) {
        if (before && before->runs()) consents.track_ended(before->tenant, before->msisdn, at_ms);
    }

    std::optional<SimTrack> copy_of(const Caller& caller, const TrackReference& reference) const {
        const SimTrack* found = tracks.find(caller, reference);
        return found == nullptr ? std::nullopt : std::optional(*found);
    }

    std::optional<Deadline> soonest_of(Msisdn msisdn) const {
        std::optional<Deadline> soonest;
        const auto consider = [&](const Deadline& deadline) {
            if (!soonest || deadline < *soonest) soonest = deadline;
        };
        for (const std::uint32_t number : drafts.consents_of(msisdn))
            consider(deadline_of(*drafts.consent(number), rules));
        for (const TrackNumber number : drafts.tracks_of(msisdn))
            consider(deadline_of(*drafts.track(number), rules).deadline);
        return soonest;
    }

    /// What is due for a subscriber comes before what is asked now, whether the clock's turn came or not.
    void settle(Msisdn msisdn, std::int64_t now_ms) {
        for (auto next = soonest_of(msisdn); next && next->at_ms <= now_ms; next = soonest_of(msisdn))
            fire(*next, now_ms);
    }
    void settle(const SimTrack* track, std::int64_t now_ms) {
        if (track != nullptr) settle(Msisdn(track->msisdn), now_ms);
    }
    void settle(const Caller& caller, const TrackReference& track, std::int64_t now_ms) {
        settle(tracks.find(caller, track), now_ms);
    }

    Decision carry_out(const RequestConsent& command, std::int64_t now_ms) {
        settle(command.msisdn, now_ms);
        return consents.request(command, now_ms);
    }
    Decision carry_out(const RevokeConsent& command, std::int64_t now_ms) {
        settle(command.msisdn, now_ms);
        return consents.revoke(command, now_ms);
    }
    Decision carry_out(const CreateSimTrack& command, std::int64_t now_ms) {
        settle(command.msisdn, now_ms);
        if (!command.name.empty()) settle(command.caller, {command.name}, now_ms);  // of another subscriber, perhaps
        return tracks.create(command, now_ms);
    }
    Decision carry_out(const StartSimTrack& command, std::int64_t now_ms) {
        settle(command.caller, command.track, now_ms);
        return tracks.start(command, now_ms);
    }
    Decision carry_out(const StopSimTrack& command, std::int64_t now_ms) {
        settle(command.caller, command.track, now_ms);
        const auto before = copy_of(command.caller, command.track);
        Decision decision = tracks.stop(command, now_ms);
        ended(before, now_ms);
        return decision;
    }
    Decision carry_out(const DeleteSimTrack& command, std::int64_t now_ms) {
        settle(command.caller, command.track, now_ms);
        const auto before = copy_of(command.caller, command.track);
        Decision decision = tracks.remove(command, now_ms);
        ended(before, now_ms);
        return decision;
    }
    Decision carry_out(const ReceiveText& command, std::int64_t now_ms) {
        settle(command.from, now_ms);
        return replies.receive(command, now_ms);
    }
    Decision carry_out(const NotePosition& command, std::int64_t now_ms) {
        settle(drafts.track(command.track), now_ms);
        return tracks.note_position(command.track, now_ms);
    }
    Decision carry_out(const NoteSilence& command, std::int64_t now_ms) {
        settle(drafts.track(command.track), now_ms);
        return tracks.note_silence(command.track, now_ms);
    }
    Decision carry_out(const NoteText& command, std::int64_t now_ms) {
        replies.note_text(command, now_ms);
        return {.consent = {}, .track = {}};
    }
    Decision carry_out(const EraseSubscriber& command, std::int64_t) {
        const bool known = !drafts.consents_of(command.msisdn).empty() || !drafts.tracks_of(command.msisdn).empty();
        drafts.erase(command.msisdn);
        return {.refusal = known ? Refusal::none : Refusal::not_found, .consent = {}, .track = {}};
    }
};

Ledger::Ledger(const LedgerBook& book, const LedgerRules& rules, Identities& identities)
    : overlay_(std::make_unique<Overlay>(*book.index_, rules, identities)) {}
Ledger::~Ledger() = default;

Decision Ledger::apply(const Command& command, std::int64_t now_ms) {
    return std::visit([&](const auto& asked) { return overlay_->carry_out(asked, now_ms); }, command);
}

std::size_t Ledger::fire_due(std::int64_t now_ms, std::size_t most) {
    std::size_t fired = 0;
    for (; fired < most; ++fired) {
        const auto next = overlay_->drafts.soonest();
        if (!next || next->at_ms > now_ms) break;
        overlay_->fire(*next, now_ms);
    }
    return fired;
}

std::optional<std::int64_t> Ledger::next_due_ms() const {
    const auto next = overlay_->drafts.soonest();
    return next ? std::optional(next->at_ms) : std::nullopt;
}

const LedgerChanges& Ledger::pending() const noexcept { return overlay_->drafts.changes(); }
const Counters& Ledger::counters() const noexcept { return overlay_->drafts.counters(); }
void Ledger::committed() { overlay_->drafts.committed(); }
void Ledger::rolled_back() { overlay_->drafts.rolled_back(); }

const Consent* Ledger::consent(std::string_view tenant, Msisdn msisdn) const {
    return overlay_->drafts.consent(tenant, msisdn);
}
const SimTrack* Ledger::track(TrackNumber number) const { return overlay_->drafts.track(number); }

}  // namespace simtrail::ledger
