#include "storage/ledger_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/ledger_text.hpp"

namespace simtrail::storage {

namespace {

using namespace ledger;

/// More come with the next look.
constexpr int requests_at_once = 100;

/// Reads a row's columns from left to right.
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
    template <class Value>
    Value parsed(std::optional<Value> (*parse)(std::string_view), const char* what) {
        auto value = parse(statement_->bytes(column_++));
        return value ? *std::move(value) : damaged<Value>(what);
    }
    std::optional<CallbackTarget> target() {
        CallbackTarget target{.url = text(), .meta_json = text(), .secret = text()};
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

/// The members of `Record{…}` below are read in the order they are written: braces fix the order of evaluation.
std::vector<Consent> read_consents(Database& database) {
    std::vector<Consent> consents;
    for (Statement s(database,
                     "SELECT consent, tenant, msisdn, state, requested, received, expires, text_put, gateway, ended, "
                     "code, callback_url, callback_meta, callback_secret FROM consent JOIN subscriber USING "
                     "(subscriber) ORDER BY consent");
         s.step();) {
        Row row(database, s);
        consents.push_back(Consent{.number = row.number_as<std::uint32_t>(),
                                   .tenant = row.text(),
                                   .msisdn = row.msisdn(),
                                   .state = row.parsed(parse_consent_state, "a consent's state"),
                                   .requested_ms = row.number(),
                                   .received_ms = row.number(),
                                   .expires_ms = row.number(),
                                   .text_ms = row.number(),
                                   .gateway_ms = row.number(),
                                   .ended_ms = row.number(),
                                   .code = row.number_as<std::uint16_t>(),
                                   .callback = row.target()});
    }
    return consents;
}

/// A laboratory replay's track was tracked while it has points.
constexpr const char* select_tracks = R"sql(
SELECT track, track_id, tenant, msisdn, name, external_ref, state, reason, has_position, silent, created,
       CASE created WHEN 0 THEN (SELECT coalesce(min(min_tis), 0) FROM segment g WHERE g.track = t.track) ELSE started END,
       CASE created WHEN 0 THEN (SELECT coalesce(max(max_tis), 0) FROM segment g WHERE g.track = t.track) ELSE stopped END,
       expiry, windows, callback_url, callback_meta, callback_secret
FROM track t JOIN subscriber USING (subscriber) ORDER BY track
)sql";

std::vector<SimTrack> read_tracks(Database& database) {
    std::vector<SimTrack> tracks;
    for (Statement s(database, select_tracks); s.step();) {
        Row row(database, s);
        tracks.push_back(SimTrack{.number = row.number_as<TrackNumber>(),
                                  .track_id = row.text(),
                                  .tenant = row.text(),
                                  .msisdn = row.msisdn(),
                                  .name = row.text(),
                                  .external_ref = row.text(),
                                  .state = row.parsed(parse_track_state, "a track's state"),
                                  .reason = row.parsed(parse_stop_reason, "a track's reason"),
                                  .has_position = row.flag(),
                                  .silent = row.flag(),
                                  .created_ms = row.number(),
                                  .started_ms = row.number(),
                                  .stopped_ms = row.number(),
                                  .expiry_ms = row.number(),
                                  .windows = row.parsed(parse_windows, "a track's windows"),
                                  .callback = row.target()});
    }
    return tracks;
}

/// The number given last: of what is there, where nobody counted (a laboratory's tracks).
template <class Integer>
Integer last_number(Database& database, const std::string& name, const std::string& table, const std::string& column) {
    const std::int64_t counted = database.number("SELECT value FROM counter WHERE name = '" + name + "'");
    const std::int64_t there = database.number("SELECT coalesce(max(" + column + "), 0) FROM " + table);
    return static_cast<Integer>(std::max(counted, there));
}

std::vector<OutgoingText> read_texts(Database& database) {
    std::vector<OutgoingText> texts;
    for (Statement s(database,
                     "SELECT number, msisdn, text, at, tenant FROM text_outbox JOIN subscriber USING (subscriber) "
                     "ORDER BY number");
         s.step();) {
        Row row(database, s);
        texts.push_back(OutgoingText{.number = row.number(),
                                     .to = row.msisdn(),
                                     .text = row.text(),
                                     .at_ms = row.number(),
                                     .tenant = row.text()});
    }
    return texts;
}

std::vector<IdempotentAnswer> read_answers(Database& database) {
    std::vector<IdempotentAnswer> answers;
    for (Statement s(database, "SELECT tenant, key, fingerprint, status, body, at FROM answer ORDER BY answer");
         s.step();) {
        Row row(database, s);
        answers.push_back(IdempotentAnswer{.tenant = row.text(),
                                           .key = row.text(),
                                           .fingerprint = row.text(),
                                           .status = row.number_as<int>(),
                                           .body = row.text(),
                                           .at_ms = row.number()});
    }
    return answers;
}

std::vector<SourcePosition> read_sources(Database& database) {
    std::vector<SourcePosition> sources;
    for (Statement s(database, "SELECT name, lines FROM source ORDER BY name"); s.step();)
        sources.push_back({std::string(s.bytes(0)), static_cast<std::uint64_t>(s.number(1))});
    return sources;
}

}  // namespace

LedgerRecovery read_ledger(Database& database) {
    return {.consents = read_consents(database),
            .tracks = read_tracks(database),
            .counters = {.consent = last_number<std::uint32_t>(database, "consent", "consent", "consent"),
                         .track = last_number<TrackNumber>(database, "track", "track", "track"),
                         .text = last_number<std::int64_t>(database, "text", "text_outbox", "number"),
                         .callback = last_number<std::int64_t>(database, "callback", "callback_outbox", "number"),
                         .evidence = last_number<std::int64_t>(database, "evidence", "evidence", "number")},
            .texts = read_texts(database),
            .answers = read_answers(database),
            .sources = read_sources(database)};
}

std::vector<StoredCallback> read_callbacks(Database& database, Outbox which, std::int64_t after, std::size_t limit) {
    std::vector<StoredCallback> callbacks;
    Statement s(database,
                "SELECT number, event_id, event_type, tenant, msisdn, track, url, meta, secret, body, created, next, "
                "attempts, dead, last_error FROM callback_outbox JOIN subscriber USING (subscriber) "
                "WHERE dead = ? AND number > ? ORDER BY number LIMIT ?");
    s.with(which == Outbox::dead, after, limit);
    while (s.step()) {
        Row row(database, s);
        callbacks.push_back(
            StoredCallback{.number = row.number(),
                           .event_id = row.text(),
                           .event_type = row.text(),
                           .tenant = row.text(),
                           .msisdn = row.msisdn(),
                           .track = row.number_as<TrackNumber>(),
                           .target = CallbackTarget{.url = row.text(), .meta_json = row.text(), .secret = row.text()},
                           .body = row.text(),
                           .created_ms = row.number(),
                           .next_ms = row.number(),
                           .attempts = row.number_as<std::uint32_t>(),
                           .dead = row.flag(),
                           .last_error = row.text()});
    }
    return callbacks;
}

std::vector<OperatorRequest> read_operator_requests(Database& database) {
    std::vector<OperatorRequest> requests;
    Statement s(database,
                "SELECT number, kind, argument FROM operator_request WHERE answered = 0 ORDER BY number LIMIT ?");
    s.with(requests_at_once);
    while (s.step()) requests.push_back({s.number(0), std::string(s.bytes(1)), std::string(s.bytes(2))});
    return requests;
}

}  // namespace simtrail::storage
