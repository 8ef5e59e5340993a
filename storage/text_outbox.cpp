#include "storage/text_outbox.hpp"

#include <algorithm>

#include "storage/row.hpp"

namespace simtrail::storage {

namespace {

ledger::OutgoingText read_text(Database& database, Statement& statement) {
    Row row(database, statement);
    return {
        .number = row.number(), .to = row.msisdn(), .text = row.text(), .at_ms = row.number(), .tenant = row.text()};
}

}  // namespace

TextOutbox::TextOutbox(Database& database, Subscribers& subscribers)
    : subscribers_(&subscribers),
      put_(database,
           "INSERT OR REPLACE INTO text_outbox (number, subscriber, at, tenant, text) VALUES (?, ?, ?, ?, ?)"),
      accepted_(database, "UPDATE text_outbox SET accepted = ?, message_id = ?, text = '' WHERE number = ?"),
      done_(database, "DELETE FROM text_outbox WHERE number = ?") {}

void TextOutbox::put(const ledger::OutgoingText& t) {
    put_.with(t.number, subscribers_->number_of(t.to), t.at_ms, t.tenant, t.text).run();
}

void TextOutbox::note(const ledger::TextOutcome& o) {
    const bool waits_for_receipt = o.fate == ledger::TextFate::accepted && !o.message_id.empty();
    if (waits_for_receipt)
        accepted_.with(std::max<std::int64_t>(1, o.at_ms), o.message_id, o.number).run();
    else
        done_.with(o.number).run();
}

std::vector<ledger::OutgoingText> read_waiting_texts(Database& database, std::int64_t after, std::size_t limit) {
    std::vector<ledger::OutgoingText> texts;
    Statement s(database,
                "SELECT number, msisdn, text, at, tenant FROM text_outbox JOIN subscriber USING (subscriber) WHERE "
                "accepted = 0 AND number > ? ORDER BY number LIMIT ?");
    for (s.with(after, limit); s.step();) texts.push_back(read_text(database, s));
    return texts;
}

std::optional<ledger::OutgoingText> find_accepted_text(Database& database, const std::string& message_id) {
    Statement s(database,
                "SELECT number, msisdn, text, at, tenant FROM text_outbox JOIN subscriber USING (subscriber) WHERE "
                "accepted != 0 AND message_id = ? ORDER BY number DESC LIMIT 1");
    return s.with(message_id).step() ? std::optional(read_text(database, s)) : std::nullopt;
}

}  // namespace simtrail::storage
