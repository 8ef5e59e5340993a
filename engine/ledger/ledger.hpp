#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/changes.hpp"
#include "engine/ledger/command.hpp"
#include "engine/ledger/conversation.hpp"
#include "engine/ledger/ledger_book.hpp"

namespace simtrail::ledger {

/// The operator's rules: the contract's defaults (section 6). All in ms.
struct LedgerRules {
    std::int64_t consent_validity_ms = 365LL * 86'400'000;
    std::int64_t request_lapse_ms = 86'400'000;
    std::int64_t reminder_ms = 0;                // after a request that nobody answered, once; 0: never
    std::int64_t text_interval_ms = 5 * 60'000;  // [consent] min_interval
    std::int64_t consent_purge_ms = 30LL * 86'400'000;
    std::int64_t retention_ms = 90LL * 86'400'000;  // of ended tracks and of consents that were once allowed
    std::int64_t unstarted_ms = 86'400'000;         // a track not started by then is deleted
    bool erase_on_withdrawal = false;
    bool consent_per_trip = false;  // a consent ends with the last track that runs under it
    ConversationRules conversation;
};

/// Where ids and codes come from: random in the daemon, derived from the seed in a replay.
class Identities {
   public:
    virtual ~Identities() = default;
    virtual std::array<std::uint8_t, 16> uuid() = 0;
    virtual std::uint16_t code() = 0;  // 0-9999
};

/// Decides: (state, command, now) gives the next state and its effects as values. What is decided is seen by later
/// commands at once and gathered in `pending` until it is durable. One thread; no clock: time comes with the commands.
class Ledger {
   public:
    /// `book` and `identities` outlive it. The book is loaded before; it is read here and changed by the caller, after
    /// each commit.
    Ledger(const LedgerBook& book, const LedgerRules& rules, Identities& identities);
    ~Ledger();

    Decision apply(const Command& command, std::int64_t now_ms);

    /// Lets deadlines up to `now_ms` fire, oldest first, at most `most`: lapses, expiries, deletions, purges.
    /// The number fired.
    std::size_t fire_due(std::int64_t now_ms, std::size_t most);
    /// When the next deadline is due.
    std::optional<std::int64_t> next_due_ms() const;

    /// What is decided and not durable yet. Records appear once, in their last state.
    const LedgerChanges& pending() const noexcept;
    /// The numbers given so far, those in `pending` included.
    const Counters& counters() const noexcept;
    /// `pending` is durable and the book has it.
    void committed();
    /// The commit failed: everything pending is as if it had not been asked.
    void rolled_back();

    /// As decided so far, durable or not.
    const Consent* consent(std::string_view tenant, Msisdn msisdn) const;
    const SimTrack* track(TrackNumber number) const;

   private:
    struct Overlay;
    std::unique_ptr<Overlay> overlay_;
};

}  // namespace simtrail::ledger
