#include "storage/subscribers.hpp"

#include <algorithm>
#include <ranges>
#include <string>

namespace simtrail::storage {

Subscribers::Subscribers(Database& database)
    : insert_(database, "INSERT INTO subscriber (subscriber, msisdn) VALUES (?, ?)"),
      remove_(database, "DELETE FROM subscriber WHERE subscriber = ?"),
      unused_(
          database,
          "SELECT msisdn FROM subscriber WHERE subscriber = ?1 AND NOT EXISTS (SELECT 1 FROM consent WHERE "
          "subscriber = ?1) AND NOT EXISTS (SELECT 1 FROM track WHERE subscriber = ?1) AND NOT EXISTS (SELECT 1 FROM "
          "evidence WHERE subscriber = ?1) AND NOT EXISTS (SELECT 1 FROM callback_outbox WHERE subscriber = ?1) "
          "AND NOT EXISTS (SELECT 1 FROM text_outbox WHERE subscriber = ?1)") {
    for (Statement s(database, "SELECT subscriber, msisdn FROM subscriber"); s.step();) {
        const auto msisdn = Msisdn::parse(s.bytes(1));
        if (!msisdn) throw StoreError(database.path() + ": is damaged: a subscriber's number is none");
        numbers_.emplace(*msisdn, s.number(0));
        next_ = std::max(next_, s.number(0) + 1);
    }
}

std::optional<std::int64_t> Subscribers::find(Msisdn msisdn) const {
    const auto found = numbers_.find(msisdn);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t Subscribers::number_of(Msisdn msisdn) {
    if (const auto known = find(msisdn)) return *known;
    const std::string text = msisdn.text();
    insert_.bind(1, next_).bind_text(2, text).run();
    changed_.emplace_back(msisdn, std::nullopt);
    numbers_.emplace(msisdn, next_);
    return next_++;
}

void Subscribers::erase(Msisdn msisdn) {
    const auto known = find(msisdn);
    if (!known) return;
    remove_.bind(1, *known).run();
    changed_.emplace_back(msisdn, known);
    numbers_.erase(msisdn);
}

void Subscribers::erase_if_unused(std::int64_t subscriber) {
    std::optional<Msisdn> unused;
    if (unused_.with(subscriber).step()) unused = Msisdn::parse(unused_.bytes(0));
    unused_.reset();
    if (unused) erase(*unused);
}

void Subscribers::undo() {
    for (const auto& [msisdn, before] : changed_ | std::views::reverse) {
        if (before)
            numbers_.insert_or_assign(msisdn, *before);
        else
            numbers_.erase(msisdn);
    }
    changed_.clear();
}

}  // namespace simtrail::storage
