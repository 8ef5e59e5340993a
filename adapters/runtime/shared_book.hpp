#pragma once

#include <functional>
#include <mutex>
#include <shared_mutex>

#include "engine/ledger/ledger_book.hpp"

namespace simtrail::runtime {

/// The durable ledger in memory, read by many and changed by the writer alone, which therefore reads without the lock.
struct SharedBook {
    void read(const std::function<void(const ledger::LedgerBook&)>& look) const {
        const std::shared_lock lock(mutex);
        look(book);
    }
    void apply(const ledger::LedgerChanges& changes) {
        const std::unique_lock lock(mutex);
        book.apply(changes);
    }

    mutable std::shared_mutex mutex;
    ledger::LedgerBook book;
};

}  // namespace simtrail::runtime
