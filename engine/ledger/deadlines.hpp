#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/ledger/consent.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/ledger/sim_track.hpp"
#include "engine/ledger/sim_track_table.hpp"

namespace simtrail::ledger {

/// When something comes to a record by itself. In order of time; at one moment tracks come before consents.
struct Deadline {
    std::int64_t at_ms = 0;
    bool of_consent = false;
    std::uint32_t number = 0;

    friend auto operator<=>(const Deadline&, const Deadline&) = default;
};

/// Whether a pending consent's next deadline is its reminder.
bool awaits_reminder(const Consent& consent, const LedgerRules& rules);

/// A consent's next: reminder, lapse, expiry or purge.
Deadline deadline_of(const Consent& consent, const LedgerRules& rules);

/// A track's next, and what comes then.
struct SimTrackDeadline {
    Deadline deadline;
    SimTrackEvent event;
};
SimTrackDeadline deadline_of(const SimTrack& track, const LedgerRules& rules);

/// The deadlines of all records, soonest first: a heap of 16 bytes each. A record whose deadline moved is added again; what
/// it was before is found stale when it comes up, or when too much is stale.
class Deadlines {
   public:
    /// Whether a deadline is still its record's.
    using IsCurrent = std::function<bool(const Deadline&)>;

    explicit Deadlines(IsCurrent is_current) : is_current_(std::move(is_current)) {}

    void add(const Deadline& deadline);
    /// The soonest that is current.
    std::optional<Deadline> soonest();
    /// Throws away what is stale, where that may be more than half. `records`: how many have a deadline.
    void tidy(std::size_t records);

   private:
    IsCurrent is_current_;
    std::vector<Deadline> heap_;
};

}  // namespace simtrail::ledger
