#include "storage/ledger_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/ledger_text.hpp"
#include "storage/row.hpp"

namespace simtrail::storage {

namespace {

using namespace ledger;

/// More come with the next look.
constexpr int requests_at_once = 100;

std::vector<Consent> read_consents(Database& database) {
    std::vector<Consent> consents;
    for (Statement s(database,
                     "SELECT consent, tenant, msisdn, state, requested, received, expires, text_put, gateway, ended, "
                     "code, wrong_codes, reminded, hint_put, question_put, tenant_name, callback_url, callback_meta, "
                     "callback_secret FROM consent JOIN "
                     "subscriber USING "
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
                                   .wrong_codes = row.number_as<std::uint8_t>(),
                                   .reminded = row.flag(),
                                   .hint_ms = row.number(),
                                   .question_ms = row.number(),
                                   .tenant_name = row.text(),
                                   .callback = row.target()});
    }
    return consents;
}

/// A laboratory replay's track was tracked while it has points.
constexpr const char* select_tracks = R"sql(
SELECT track, track_id, tenant, msisdn, name, external_ref, state, reason, has_position, silent, created,
       CASE created WHEN 0 THEN (SELECT coalesce(min(min_tis), 0) FROM segment g WHERE g.track = t.track) ELSE started END,
       CASE created WHEN 0 THEN (SELECT coalesce(max(max_tis), 0) FROM segment g WHERE g.track = t.track) ELSE stopped END,
       expiry, earlier, windows, callback_url, callback_meta, callback_secret
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
                                  .earlier_ms = row.number(),
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

std::vector<IdempotentAnswer> read_answers(Database& database) {
    std::vector<IdempotentAnswer> answers;
    for (Statement s(database,
                     "SELECT tenant, key, fingerprint, status, body, at, msisdn FROM answer LEFT JOIN subscriber USING "
                     "(subscriber) ORDER BY answer");
         s.step();) {
        Row row(database, s);
        answers.push_back(IdempotentAnswer{.tenant = row.text(),
                                           .key = row.text(),
                                           .fingerprint = row.text(),
                                           .status = row.number_as<int>(),
                                           .body = row.text(),
                                           .at_ms = row.number(),
                                           .msisdn = row.msisdn_if_any()});
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
            .answers = read_answers(database),
            .sources = read_sources(database)};
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
