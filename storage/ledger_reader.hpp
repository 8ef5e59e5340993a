#pragma once

#include <cstdint>
#include <vector>

#include "engine/ledger/ledger_store.hpp"
#include "storage/sqlite.hpp"

namespace simtrail::storage {

// What the ledger's tables hold. Each throws StoreError where the database cannot be read or is damaged.

ledger::LedgerRecovery read_ledger(Database& database);

/// Those without an answer, oldest first.
std::vector<ledger::OperatorRequest> read_operator_requests(Database& database);

}  // namespace simtrail::storage
