#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/events/msisdn.hpp"
#include "engine/ledger/consent.hpp"
#include "storage/sqlite.hpp"

namespace simtrail::storage {

/// Reads a row's columns from left to right, so that `Record{.first = row.number(), .second = row.text()}` follows the SELECT:
/// braces fix the order of evaluation. Throws StoreError on values that cannot be ours.
class Row {
   public:
    Row(Database& database, Statement& statement) : database_(&database), statement_(&statement) {}

    std::int64_t number() { return statement_->number(column_++); }
    template <class Integer>
    Integer number_as() {
        const std::int64_t value = number();
        return std::in_range<Integer>(value) ? static_cast<Integer>(value) : damaged<Integer>("a number");
    }
    bool flag() { return number() != 0; }
    std::string text() { return std::string(statement_->bytes(column_++)); }
    Msisdn msisdn() {
        const auto parsed = Msisdn::parse(statement_->bytes(column_++));
        return parsed ? *parsed : damaged<Msisdn>("a subscriber's number");
    }
    /// Of an outer join.
    std::optional<Msisdn> msisdn_if_any() { return Msisdn::parse(statement_->bytes(column_++)); }
    template <class Value>
    Value parsed(std::optional<Value> (*parse)(std::string_view), const char* what) {
        auto value = parse(statement_->bytes(column_++));
        return value ? *std::move(value) : damaged<Value>(what);
    }
    std::optional<ledger::CallbackTarget> target() {
        ledger::CallbackTarget target{.url = text(), .meta_json = text(), .secret = text()};
        if (target.url.empty()) return std::nullopt;
        return target;
    }

   private:
    template <class Value>
    [[noreturn]] Value damaged(const char* what) {
        throw StoreError(database_->path() + ": is damaged: " + what + " is none");
    }

    Database* database_;
    Statement* statement_;
    int column_ = 0;
};

}  // namespace simtrail::storage
