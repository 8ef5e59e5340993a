#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/ledger_store.hpp"
#include "storage/sqlite.hpp"
#include "storage/subscribers.hpp"

namespace simtrail::storage {

/// Texts that wait to be sent, and those that wait for their receipt. All throw StoreError.
class TextOutbox {
   public:
    /// Both outlive it.
    TextOutbox(Database& database, Subscribers& subscribers);

    void put(const ledger::OutgoingText& text);
    /// Nothing happens where the text is gone.
    void note(const ledger::TextOutcome& outcome);

   private:
    Subscribers* subscribers_;
    Statement put_, accepted_, done_;
};

std::vector<ledger::OutgoingText> read_waiting_texts(Database& database, std::int64_t after, std::size_t limit);
std::optional<ledger::OutgoingText> find_accepted_text(Database& database, const std::string& message_id);

}  // namespace simtrail::storage
