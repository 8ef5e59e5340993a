#include "storage/key_store.hpp"

#include <algorithm>
#include <utility>

#include "storage/connection.hpp"
#include "storage/row.hpp"

namespace simtrail::storage {

namespace {

constexpr const char* select_revision = "SELECT value FROM counter WHERE name = 'keys'";

std::vector<access::ApiKey> read_keys(Database& database) {
    std::vector<access::ApiKey> keys;
    for (Statement s(database,
                     "SELECT id, hash, tenant, tenant.name, scopes, api_key.created, expires, revoked FROM api_key "
                     "JOIN tenant USING (tenant) ORDER BY api_key.created, id");
         s.step();) {
        Row row(database, s);
        access::ApiKey key{.id = row.text()};
        const std::string hash = row.text();
        if (hash.size() != key.hash.size()) throw StoreError(database.path() + ": is damaged: a key's hash is none");
        std::ranges::copy(hash, key.hash.begin());
        key.tenant = row.text();
        key.tenant_name = row.text();
        key.scopes = access::Scopes::of_bits(row.number_as<std::uint8_t>());
        key.created_ms = row.number();
        key.expires_ms = row.number();
        key.revoked_ms = row.number();
        keys.push_back(std::move(key));
    }
    return keys;
}

/// Any commit of another connection changes SQLite's data_version; only then the revision is read, which only keys change.
class Source final : public access::KeySource {
   public:
    Source(const std::string& path, const char* vfs)
        : database_(open_reading(path, vfs)),
          data_version_(database_, "PRAGMA data_version"),
          revision_(database_, select_revision) {}

    bool changed() override {
        const std::int64_t version = number_of(data_version_);
        if (version == seen_version_) return seen_revision_ != read_revision_;
        seen_version_ = version;
        seen_revision_ = number_of(revision_);
        return seen_revision_ != read_revision_;
    }

    std::vector<access::ApiKey> keys() override {
        read_revision_ = seen_revision_ = number_of(revision_);  // before the keys: a later change is seen as one
        return read_keys(database_);
    }

   private:
    static std::int64_t number_of(Statement& statement) {
        const std::int64_t number = statement.step() ? statement.number(0) : 0;
        statement.reset();
        return number;
    }

    Database database_;
    Statement data_version_, revision_;
    std::int64_t seen_version_ = -1, seen_revision_ = -1, read_revision_ = -2;  // nothing read yet
};

void change_revision(Database& database) {
    database.execute(
        "INSERT INTO counter (name, value) VALUES ('keys', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1");
}

}  // namespace

std::unique_ptr<access::KeySource> open_key_source(const std::string& path, const char* vfs) {
    return std::make_unique<Source>(path, vfs);
}

void add_key(const std::string& path, const access::ApiKey& key) {
    Database database = open_beside(path);
    Transaction transaction(database);
    Statement(
        database,
        "INSERT INTO tenant (tenant, name, created) VALUES (?1, iif(?2 = '', ?1, ?2), ?3) ON CONFLICT (tenant) DO "
        "UPDATE SET name = iif(?2 = '', name, ?2)")
        .with(key.tenant, key.tenant_name, key.created_ms)
        .run();
    const std::string hash(key.hash.begin(), key.hash.end());
    Statement(database,
              "INSERT INTO api_key (id, hash, tenant, scopes, created, expires, revoked) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .with(key.id, Blob{hash}, key.tenant, key.scopes.bits(), key.created_ms, key.expires_ms, key.revoked_ms)
        .run();
    change_revision(database);
    transaction.commit();
}

std::vector<access::ApiKey> list_keys(const std::string& path) {
    Database database = open_reading(path);
    return read_keys(database);
}

bool revoke_key(const std::string& path, const std::string& id, std::int64_t now_ms) {
    Database database = open_existing(path);
    Transaction transaction(database);
    Statement find(database, "SELECT 1 FROM api_key WHERE id = ?");
    const bool found = find.with(id).step();
    find.reset();
    if (!found) return false;
    Statement(database, "UPDATE api_key SET revoked = ? WHERE id = ? AND revoked = 0").with(now_ms, id).run();
    change_revision(database);
    transaction.commit();
    return true;
}

}  // namespace simtrail::storage
