#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/ledger_store.hpp"
#include "storage/sqlite.hpp"

namespace simtrail::storage {

// What the operator's commands do beside a running daemon: each on a connection of its own. All throw StoreError.

/// Dead letters with numbers above `after`, at most `limit`, by number.
std::vector<ledger::StoredCallback> list_dead_callbacks(const std::string& path, std::int64_t after, std::size_t limit);

/// Dead letters wait again from `now_ms` on: that one, or all where there is no number. How many. A running daemon finds them
/// with its next look.
std::size_t resend_callbacks(const std::string& path, std::optional<std::int64_t> number, std::int64_t now_ms);

/// Visits the consent evidence by number. Reads in pages, so that the writer is never held up for long.
void for_each_evidence(const std::string& path, const std::function<void(const ledger::Evidence&)>& visit);

/// A request to the daemon that has the database, left there until it answers.
class DaemonRequest {
   public:
    DaemonRequest(const std::string& path, const std::string& kind, const std::string& argument, std::int64_t now_ms);

    /// Once it is there, and what was erased is out of the write-ahead log too.
    std::optional<ledger::OperatorAnswer> answer();
    /// Takes the request back, or the answer away.
    void withdraw();

   private:
    Database database_;
    std::int64_t number_ = 0;
};

/// Everything of a subscriber, where no daemon runs. Throws WriterBusy where one does. False where the database is not in
/// use and yet a reader keeps old pages from being overwritten: then the next writer does that.
bool erase_directly(const std::string& path, Msisdn msisdn);

}  // namespace simtrail::storage
