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

constexpr std::array migrations{version_1};
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

void check_schema(Database& database) {
    if (const std::int64_t version = checked_version(database); version != schema_version)
        throw StoreError(database.path() + (version == 0
                                                ? ": holds no traces yet"
                                                : ": has an older schema; open it once with `simtrail replay`"));
}

}  // namespace simtrail::storage
