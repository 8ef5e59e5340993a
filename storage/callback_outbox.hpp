#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/ledger/ledger_store.hpp"
#include "storage/sqlite.hpp"
#include "storage/subscribers.hpp"

namespace simtrail::storage {

/// Keeps the mark on the first waiting callback of a lane. Within the caller's transaction.
class LaneHeads {
   public:
    explicit LaneHeads(Database& database);
    /// After any change of the lane.
    void mark(std::int64_t lane);

   private:
    Statement first_, head_, set_;
};

/// The table `callback_outbox`. The first waiting callback of a lane is marked `head`, and only heads are in the index of what
/// is due: a million that wait behind a dead endpoint cost nothing. Writes belong to the caller's transaction.
class CallbackOutbox {
   public:
    /// Both outlive it.
    CallbackOutbox(Database& database, Subscribers& subscribers);

    /// New, or one that is known and sent again.
    void put(const ledger::StoredCallback& callback);
    /// Of one that is no longer there: nothing.
    void note(const ledger::CallbackResult& result);

   private:
    void note_delivered(std::int64_t number);

    Subscribers* subscribers_;
    LaneHeads heads_;
    Statement put_, delivered_, attempt_;
};

/// As LedgerStore::due_callbacks.
std::vector<ledger::StoredCallback> read_due_callbacks(Database& database, std::int64_t now_ms, std::size_t limit);

/// Wakes dead letters: that one, or all where there is no number. How many. In the caller's transaction.
std::size_t wake_dead_callbacks(Database& database, std::optional<std::int64_t> number, std::int64_t now_ms);

/// Dead letters with numbers above `after`, by number.
std::vector<ledger::StoredCallback> read_dead_callbacks(Database& database, std::int64_t after, std::size_t limit);

}  // namespace simtrail::storage
