#pragma once

#include "engine/ledger/ledger_store.hpp"
#include "storage/callback_outbox.hpp"
#include "storage/sqlite.hpp"
#include "storage/subscribers.hpp"
#include "storage/text_outbox.hpp"

namespace simtrail::storage {

/// Writes the records of a ledger batch, within the caller's transaction. What it removes of whole tracks and subscribers is
/// the task of Erasure. Throws StoreError.
class LedgerWriter {
   public:
    /// Both outlive it.
    LedgerWriter(Database& database, Subscribers& subscribers);

    void put(const ledger::LedgerBatch& batch);

   private:
    void put(const ledger::LedgerChanges& changes);
    void put(const ledger::Counters& counters);
    void put(const ledger::Consent& consent);
    void put(const ledger::SimTrack& track);
    void put(const ledger::Evidence& evidence);
    void put(const ledger::IdempotentAnswer& answer);
    void put(const ledger::OperatorAnswer& answer);

    Subscribers* subscribers_;
    CallbackOutbox callbacks_;
    TextOutbox texts_;
    Statement counter_, consent_, remove_consent_, track_, evidence_, answer_, source_, operator_answer_;
};

}  // namespace simtrail::storage
