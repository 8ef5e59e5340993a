#pragma once

#include "engine/ledger/ledger_book.hpp"
#include "engine/ledger/records.hpp"

namespace simtrail::ledger {

/// What a book holds.
struct LedgerBook::Index {
    Records records;
    Counters counters;
};

}  // namespace simtrail::ledger
