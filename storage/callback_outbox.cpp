#include "storage/callback_outbox.hpp"

#include <optional>
#include <string>

#include "storage/row.hpp"

namespace simtrail::storage {

namespace {

/// The first row's number, and the statement ready to be run again.
std::optional<std::int64_t> first_number(Statement& statement) {
    const bool found = statement.step();
    const std::int64_t number = found ? statement.number(0) : 0;
    statement.reset();
    return found ? std::optional(number) : std::nullopt;
}

std::vector<ledger::StoredCallback> read(Database& database, const std::string& which, std::int64_t bound,
                                         std::size_t limit) {
    std::vector<ledger::StoredCallback> callbacks;
    Statement s(database,
                "SELECT number, event_id, event_type, tenant, msisdn, track, lane, url, meta, secret, body, created, "
                "next, attempts, dead, last_error FROM callback_outbox JOIN subscriber USING (subscriber) WHERE " +
                    which + " LIMIT ?");
    s.with(bound, limit);
    while (s.step()) {
        Row row(database, s);
        callbacks.push_back(ledger::StoredCallback{
            .number = row.number(),
            .event_id = row.text(),
            .event_type = row.text(),
            .tenant = row.text(),
            .msisdn = row.msisdn(),
            .track = row.number_as<TrackNumber>(),
            .lane = static_cast<std::uint64_t>(row.number()),
            .target = ledger::CallbackTarget{.url = row.text(), .meta_json = row.text(), .secret = row.text()},
            .body = row.text(),
            .created_ms = row.number(),
            .next_ms = row.number(),
            .attempts = row.number_as<std::uint32_t>(),
            .dead = row.flag(),
            .last_error = row.text()});
    }
    return callbacks;
}

}  // namespace

LaneHeads::LaneHeads(Database& database)
    : first_(database, "SELECT number FROM callback_outbox WHERE lane = ? AND dead = 0 ORDER BY number LIMIT 1"),
      head_(database, "SELECT number FROM callback_outbox WHERE lane = ? AND head = 1"),
      set_(database, "UPDATE callback_outbox SET head = ? WHERE number = ?") {}

void LaneHeads::mark(std::int64_t lane) {
    const auto head = first_number(head_.with(lane)), first = first_number(first_.with(lane));
    if (head == first) return;
    if (head) set_.with(false, *head).run();
    if (first) set_.with(true, *first).run();
}

CallbackOutbox::CallbackOutbox(Database& database, Subscribers& subscribers)
    : subscribers_(&subscribers),
      heads_(database),
      put_(database,
           "INSERT OR REPLACE INTO callback_outbox (number, event_id, event_type, tenant, subscriber, track, lane, "
           "head, "
           "url, meta, secret, body, created, next, attempts, dead, last_error) "
           "VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      delivered_(database, "DELETE FROM callback_outbox WHERE number = ? RETURNING lane, subscriber"),
      attempt_(database,
               "UPDATE callback_outbox SET attempts = ?, next = ?, dead = ?3, head = head AND NOT ?3, last_error = ? "
               "WHERE number = ? RETURNING lane") {}

void CallbackOutbox::put(const ledger::StoredCallback& c) {
    put_.with(c.number, c.event_id, c.event_type, c.tenant, subscribers_->number_of(c.msisdn), c.track, c.lane,
              c.target.url, c.target.meta_json, Blob{c.target.secret}, c.body, c.created_ms, c.next_ms, c.attempts,
              c.dead, c.last_error)
        .run();
    heads_.mark(static_cast<std::int64_t>(c.lane));
}

void CallbackOutbox::note(const ledger::CallbackResult& r) {
    if (r.delivered) return note_delivered(r.number);
    if (const auto lane = first_number(attempt_.with(r.attempts, r.next_ms, r.dead, r.error, r.number)))
        heads_.mark(*lane);
}

/// The last that was known of a subscriber may have been this: a track's deletion, told after everything was purged.
void CallbackOutbox::note_delivered(std::int64_t number) {
    if (!delivered_.with(number).step()) return delivered_.reset();
    const std::int64_t lane = delivered_.number(0), subscriber = delivered_.number(1);
    delivered_.reset();
    heads_.mark(lane);
    subscribers_->erase_if_unused(subscriber);
}

std::size_t wake_dead_callbacks(Database& database, std::optional<std::int64_t> number, std::int64_t now_ms) {
    std::vector<std::int64_t> lanes;  // first all rows: marking heads changes the table again
    Statement wake(database,
                   "UPDATE callback_outbox SET dead = 0, attempts = 0, created = ?1, next = ?1 WHERE dead = 1 AND "
                   "(?2 = 0 OR number = ?2) RETURNING lane");
    for (wake.with(now_ms, number.value_or(0)); wake.step();) lanes.push_back(wake.number(0));
    wake.reset();
    LaneHeads heads(database);
    for (const std::int64_t lane : lanes) heads.mark(lane);
    return lanes.size();
}

std::vector<ledger::StoredCallback> read_due_callbacks(Database& database, std::int64_t now_ms, std::size_t limit) {
    return read(database, "head = 1 AND next <= ? ORDER BY next, number", now_ms, limit);
}

std::vector<ledger::StoredCallback> read_dead_callbacks(Database& database, std::int64_t after, std::size_t limit) {
    return read(database, "dead = 1 AND number > ? ORDER BY number", after, limit);
}

}  // namespace simtrail::storage
