#pragma once

#include <cstdint>
#include <vector>

#include "engine/ledger/ledger_store.hpp"
#include "storage/sqlite.hpp"
#include "storage/subscribers.hpp"

namespace simtrail::storage {

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
    void mark_head(std::int64_t lane);

    Subscribers* subscribers_;
    Statement put_, delivered_, attempt_, first_, head_, set_head_;
};

/// As LedgerStore::due_callbacks.
std::vector<ledger::StoredCallback> read_due_callbacks(Database& database, std::int64_t now_ms, std::size_t limit);

/// Dead letters with numbers above `after`, by number.
std::vector<ledger::StoredCallback> read_dead_callbacks(Database& database, std::int64_t after, std::size_t limit);

}  // namespace simtrail::storage
