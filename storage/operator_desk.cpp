#include "storage/operator_desk.hpp"

#include <sqlite3.h>

#include "storage/callback_outbox.hpp"
#include "storage/connection.hpp"
#include "storage/row.hpp"
#include "storage/sqlite_trace_store.hpp"

namespace simtrail::storage {

namespace {

constexpr int evidence_a_page = 1000;

std::int64_t stored(Database& database, const std::string& kind, const std::string& argument, std::int64_t now_ms) {
    Statement(database, "INSERT INTO operator_request (kind, argument, at) VALUES (?, ?, ?)")
        .with(kind, argument, now_ms)
        .run();
    return sqlite3_last_insert_rowid(database.handle());
}

}  // namespace

std::vector<ledger::StoredCallback> list_dead_callbacks(const std::string& path, std::int64_t after,
                                                        std::size_t limit) {
    Database database = open_reading(path);
    return read_dead_callbacks(database, after, limit);
}

std::size_t resend_callbacks(const std::string& path, std::optional<std::int64_t> number, std::int64_t now_ms) {
    Database database = open_existing(path);
    Transaction transaction(database);
    const std::size_t woken = wake_dead_callbacks(database, number, now_ms);
    transaction.commit();
    return woken;
}

void for_each_evidence(const std::string& path, const std::function<void(const ledger::Evidence&)>& visit) {
    Database database = open_reading(path);
    Statement page(database,
                   "SELECT number, at, tenant, msisdn, step, actor, text, gateway FROM evidence JOIN subscriber USING "
                   "(subscriber) WHERE number > ? ORDER BY number LIMIT ?");
    std::vector<ledger::Evidence> read;
    std::int64_t last = 0;
    do {
        read.clear();
        for (page.with(last, evidence_a_page); page.step();) {
            Row row(database, page);
            read.push_back(ledger::Evidence{.number = row.number(),
                                            .at_ms = row.number(),
                                            .tenant = row.text(),
                                            .msisdn = row.msisdn(),
                                            .step = row.text(),
                                            .actor = row.text(),
                                            .text = row.text(),
                                            .gateway = row.text()});
        }
        page.reset();  // the read transaction ends before somebody slow takes the page
        for (const ledger::Evidence& evidence : read) visit(evidence);
        if (!read.empty()) last = read.back().number;
    } while (!read.empty());
}

DaemonRequest::DaemonRequest(const std::string& path, const std::string& kind, const std::string& argument,
                             std::int64_t now_ms)
    : database_(open_existing(path)), number_(stored(database_, kind, argument, now_ms)) {}

std::optional<ledger::OperatorAnswer> DaemonRequest::answer() {
    Statement s(database_,
                "SELECT done, message FROM operator_request WHERE number = ? AND answered = 1 AND erasure <= "
                "coalesce((SELECT value FROM counter WHERE name = 'scrubbed'), 0)");
    if (!s.with(number_).step()) return std::nullopt;
    return ledger::OperatorAnswer{.number = number_, .done = s.number(0) != 0, .message = std::string(s.bytes(1))};
}

void DaemonRequest::withdraw() {
    Statement(database_, "DELETE FROM operator_request WHERE number = ?").with(number_).run();
}

bool erase_directly(const std::string& path, Msisdn msisdn) {
    const auto store = open_trace_store({.path = path});
    const ledger::LedgerChanges changes{.erased_subscribers = {msisdn}};
    store->commit({.ledger = {.changes = &changes}});
    return !store->needs_scrub();
}

}  // namespace simtrail::storage
