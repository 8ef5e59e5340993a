#include "adapters/runtime/answer_memory.hpp"

#include <utility>

namespace simtrail::runtime {

const ledger::IdempotentAnswer* AnswerMemory::find(const std::string& tenant, const std::string& key,
                                                   std::int64_t now_ms) const {
    const auto found = answers_.find(name_of(tenant, key));
    return found == answers_.end() || found->second.at_ms + kept_ms <= now_ms ? nullptr : &found->second;
}

void AnswerMemory::remember(ledger::IdempotentAnswer answer) {
    std::string name = name_of(answer.tenant, answer.key);
    by_age_.push_back(name);
    answers_.insert_or_assign(std::move(name), std::move(answer));
    if (by_age_.size() <= max_answers) return;
    answers_.erase(by_age_.front());
    by_age_.pop_front();
}

void AnswerMemory::forget(const std::string& tenant, const std::string& key) { answers_.erase(name_of(tenant, key)); }

void AnswerMemory::forget(Msisdn msisdn) {
    std::erase_if(answers_, [&](const auto& each) { return each.second.msisdn == msisdn; });
}

void AnswerMemory::drop_old(std::int64_t now_ms) {
    while (!by_age_.empty()) {
        const auto oldest = answers_.find(by_age_.front());
        if (oldest != answers_.end() && oldest->second.at_ms + kept_ms > now_ms) return;
        if (oldest != answers_.end()) answers_.erase(oldest);
        by_age_.pop_front();
    }
}

}  // namespace simtrail::runtime
