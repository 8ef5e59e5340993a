#include "storage/schema.hpp"

#include <array>
#include <string>

namespace simtrail::storage {

namespace {

// docs/storage.md explains every table and has queries to try. MSISDNs stand in `subscriber` alone, without an index, so
// that an erasure has one place to go to.
constexpr const char* version_1 = R"sql(
CREATE TABLE subscriber (subscriber INTEGER PRIMARY KEY, msisdn TEXT NOT NULL);
CREATE TABLE track (track INTEGER PRIMARY KEY, subscriber INTEGER NOT NULL, track_id TEXT NOT NULL, name TEXT NOT NULL,
                    tenant TEXT NOT NULL);
CREATE TABLE segment (segment INTEGER PRIMARY KEY, track INTEGER NOT NULL, first_seq INTEGER NOT NULL,
                      last_seq INTEGER NOT NULL, min_tis INTEGER NOT NULL, max_tis INTEGER NOT NULL, geojson TEXT NOT NULL,
                      evidence BLOB NOT NULL);
CREATE INDEX segment_of_track ON segment (track, first_seq);
CREATE TABLE journal (number INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE feed (feed INTEGER PRIMARY KEY, name TEXT NOT NULL, head_bytes INTEGER NOT NULL, head_hash TEXT NOT NULL,
                   bytes INTEGER NOT NULL, lines INTEGER NOT NULL, prefix_hash TEXT NOT NULL);
)sql";

// The ledger. Columns that hold times are Unix ms, 0 where it has not happened. What may hold a subscriber's number or words
// (names, texts, callback bodies) stands in rowid tables and in no index, for the same reason. A track made by a laboratory
// replay has `created` 0 and counts as stopped.
constexpr const char* version_2 = R"sql(
CREATE TABLE tenant (tenant TEXT PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE api_key (id TEXT PRIMARY KEY, hash BLOB NOT NULL, tenant TEXT NOT NULL, scopes INTEGER NOT NULL,
                      created INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER NOT NULL);
CREATE TABLE consent (consent INTEGER PRIMARY KEY, subscriber INTEGER NOT NULL, tenant TEXT NOT NULL, state TEXT NOT NULL,
                      requested INTEGER NOT NULL, received INTEGER NOT NULL, expires INTEGER NOT NULL,
                      text_put INTEGER NOT NULL, gateway INTEGER NOT NULL, ended INTEGER NOT NULL, code INTEGER NOT NULL,
                      wrong_codes INTEGER NOT NULL, tenant_name TEXT NOT NULL, callback_url TEXT NOT NULL, callback_meta TEXT NOT NULL, callback_secret BLOB NOT NULL);
CREATE INDEX consent_of_subscriber ON consent (subscriber);
ALTER TABLE track ADD COLUMN external_ref TEXT NOT NULL DEFAULT '';
ALTER TABLE track ADD COLUMN state TEXT NOT NULL DEFAULT 'stopped';
ALTER TABLE track ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE track ADD COLUMN has_position INTEGER NOT NULL DEFAULT 1;
ALTER TABLE track ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE track ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE track ADD COLUMN started INTEGER NOT NULL DEFAULT 0;
ALTER TABLE track ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE track ADD COLUMN expiry INTEGER NOT NULL DEFAULT 0;
ALTER TABLE track ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0;
ALTER TABLE track ADD COLUMN windows TEXT NOT NULL DEFAULT '[]';
ALTER TABLE track ADD COLUMN callback_url TEXT NOT NULL DEFAULT '';
ALTER TABLE track ADD COLUMN callback_meta TEXT NOT NULL DEFAULT '';
ALTER TABLE track ADD COLUMN callback_secret BLOB NOT NULL DEFAULT x'';
CREATE INDEX track_of_subscriber ON track (subscriber);
DROP INDEX segment_of_track;
CREATE INDEX segment_of_track ON segment (track, first_seq, last_seq, min_tis, max_tis);
CREATE INDEX segment_by_age ON segment (max_tis);
CREATE TABLE evidence (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, subscriber INTEGER NOT NULL, tenant TEXT NOT NULL,
                       step TEXT NOT NULL, actor TEXT NOT NULL, text TEXT NOT NULL, gateway TEXT NOT NULL);
CREATE INDEX evidence_of_subscriber ON evidence (subscriber);
CREATE TABLE text_outbox (number INTEGER PRIMARY KEY, subscriber INTEGER NOT NULL, at INTEGER NOT NULL,
                          tenant TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE callback_outbox (number INTEGER PRIMARY KEY, event_id TEXT NOT NULL, event_type TEXT NOT NULL,
                              tenant TEXT NOT NULL, subscriber INTEGER NOT NULL, track INTEGER NOT NULL,
                              lane INTEGER NOT NULL, head INTEGER NOT NULL, url TEXT NOT NULL, meta TEXT NOT NULL, secret BLOB NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL,
                              next INTEGER NOT NULL, attempts INTEGER NOT NULL, dead INTEGER NOT NULL,
                              last_error TEXT NOT NULL);
CREATE INDEX callback_of_lane ON callback_outbox (lane, number) WHERE dead = 0;
CREATE INDEX callback_head ON callback_outbox (lane) WHERE head = 1;
CREATE INDEX callback_due ON callback_outbox (next) WHERE head = 1;
CREATE INDEX callback_dead ON callback_outbox (number) WHERE dead = 1;
CREATE INDEX callback_of_subscriber ON callback_outbox (subscriber);
CREATE TABLE answer (answer INTEGER PRIMARY KEY, tenant TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
                     status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE source (name TEXT PRIMARY KEY, lines INTEGER NOT NULL);
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE operator_request (number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, argument TEXT NOT NULL,
                               at INTEGER NOT NULL, answered INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0,
                               message TEXT NOT NULL DEFAULT '', erasure INTEGER NOT NULL DEFAULT 0);
)sql";

// The outbox waits for receipts, and consents know what was asked and answered since.
constexpr const char* version_3 = R"sql(
ALTER TABLE consent ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consent ADD COLUMN hint_put INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consent ADD COLUMN question_put INTEGER NOT NULL DEFAULT 0;
ALTER TABLE text_outbox ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE text_outbox ADD COLUMN message_id TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN subscriber INTEGER NOT NULL DEFAULT 0;
CREATE INDEX text_waiting ON text_outbox (number) WHERE accepted = 0;
CREATE INDEX text_by_acceptance ON text_outbox (accepted) WHERE accepted != 0;
CREATE INDEX text_of_message ON text_outbox (message_id) WHERE accepted != 0;
)sql";

// What the newest points were located with.
constexpr const char* version_4 = R"sql(
CREATE TABLE cell_file (number INTEGER PRIMARY KEY, path TEXT NOT NULL, bytes INTEGER NOT NULL, checksum INTEGER NOT NULL);
)sql";

constexpr std::array migrations{version_1, version_2, version_3, version_4};
static_assert(std::size(migrations) == schema_version);

/// The version found; 0 for a new, empty file.
std::int64_t checked_version(Database& database) {
    const std::int64_t version = database.number("PRAGMA user_version");
    const std::int64_t owner = database.number("PRAGMA application_id");
    const bool empty = version == 0 && owner == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0;
    if (!empty && owner != application_id)
        throw StoreError(database.path() + ": is another program's database; choose another path");
    if (version > schema_version)
        throw StoreError(database.path() + ": was written by a newer simtrail (schema " + std::to_string(version) +
                         ", this one knows " + std::to_string(schema_version) + "); use that version");
    return version;
}

}  // namespace

void check_owner(Database& database) { checked_version(database); }

void migrate(Database& database) {
    if (checked_version(database) == schema_version) return;
    Transaction transaction(database);
    for (std::int64_t version = checked_version(database); version < schema_version; ++version)
        database.execute(migrations[version]);
    database.execute("PRAGMA application_id = " + std::to_string(application_id));
    database.execute("PRAGMA user_version = " + std::to_string(schema_version));
    transaction.commit();
}

void check_schema(Database& database, std::int64_t oldest) {
    if (const std::int64_t version = checked_version(database); version < oldest)
        throw StoreError(database.path() +
                         (version == 0
                              ? ": holds no traces yet"
                              : ": has an older schema; open it once with `simtrail serve` or `simtrail replay`"));
}

}  // namespace simtrail::storage
