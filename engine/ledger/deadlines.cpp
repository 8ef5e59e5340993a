#include "engine/ledger/deadlines.hpp"

#include <algorithm>

namespace simtrail::ledger {
namespace {

/// Purge is for those who never allowed; what was once allowed is kept as long as its traces may be.
std::int64_t kept_ms(const Consent& consent, const LedgerRules& rules) {
    const bool was_allowed = consent.state != ConsentState::denied && consent.received_ms != 0;
    return was_allowed ? rules.retention_ms : rules.consent_purge_ms;
}

std::int64_t next_ms(const Consent& consent, const LedgerRules& rules) {
    if (awaits_reminder(consent, rules)) return consent.requested_ms + rules.reminder_ms;
    const bool waits = consent.state == ConsentState::pending || consent.state == ConsentState::allowed;
    return waits ? consent.expires_ms : consent.ended_ms + kept_ms(consent, rules);
}

}  // namespace

bool awaits_reminder(const Consent& consent, const LedgerRules& rules) {
    return consent.state == ConsentState::pending && !consent.reminded && !is_locked(consent) &&
           rules.reminder_ms > 0 && consent.requested_ms + rules.reminder_ms < consent.expires_ms;
}

Deadline deadline_of(const Consent& consent, const LedgerRules& rules) {
    return {.at_ms = next_ms(consent, rules), .of_consent = true, .number = consent.number};
}

SimTrackDeadline deadline_of(const SimTrack& track, const LedgerRules& rules) {
    const auto at = [&](std::int64_t ms, SimTrackEvent event) {
        return SimTrackDeadline{.deadline = {.at_ms = ms, .of_consent = false, .number = track.number}, .event = event};
    };
    if (track.started_ms == 0) return at(track.created_ms + rules.unstarted_ms, SimTrackEvent::unstarted);
    const std::int64_t expires_ms = track.started_ms + track.expiry_ms;
    if (track.state != SimTrackState::expired) return at(expires_ms, SimTrackEvent::expiry);
    return at(expires_ms + rules.retention_ms, SimTrackEvent::retention);
}

void Deadlines::add(const Deadline& deadline) {
    heap_.push_back(deadline);
    std::ranges::push_heap(heap_, std::greater{});
}

std::optional<Deadline> Deadlines::soonest() {
    while (!heap_.empty()) {
        if (is_current_(heap_.front())) return heap_.front();
        std::ranges::pop_heap(heap_, std::greater{});
        heap_.pop_back();
    }
    return std::nullopt;
}

void Deadlines::tidy(std::size_t records) {
    constexpr std::size_t not_worth_it = 1024;
    if (heap_.size() <= 2 * records + not_worth_it) return;
    std::erase_if(heap_, [&](const Deadline& deadline) { return !is_current_(deadline); });
    std::ranges::sort(heap_);
    const auto repeated = std::ranges::unique(heap_);
    heap_.erase(repeated.begin(), repeated.end());
    std::ranges::make_heap(heap_, std::greater{});
}

}  // namespace simtrail::ledger
