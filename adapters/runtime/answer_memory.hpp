#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/ledger/ledger_store.hpp"

namespace simtrail::runtime {

/// Answers to POSTs with an Idempotency-Key, for a day. The writer's thread. Bounded: beyond a million the oldest are
/// forgotten early (some 300 MB; at that rate a day's worth would be more than a client ever repeats).
class AnswerMemory {
   public:
    static constexpr std::int64_t kept_ms = 86'400'000;  // contract, section 4
    static constexpr std::size_t max_answers = 1'000'000;

    const ledger::IdempotentAnswer* find(const std::string& tenant, const std::string& key, std::int64_t now_ms) const;
    void remember(ledger::IdempotentAnswer answer);
    /// It did not become durable.
    void forget(const std::string& tenant, const std::string& key);
    /// Those that speak of the subscriber. Looks at all.
    void forget(Msisdn msisdn);
    void drop_old(std::int64_t now_ms);

   private:
    static std::string name_of(const std::string& tenant, const std::string& key) { return tenant + '\n' + key; }

    std::unordered_map<std::string, ledger::IdempotentAnswer> answers_;
    std::deque<std::string> by_age_;
};

}  // namespace simtrail::runtime
