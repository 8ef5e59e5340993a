#include "storage/key_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "storage/sqlite.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::storage {
namespace {

access::ApiKey made_key(const std::string& id, const std::string& tenant_name = "Acme Logistics") {
    access::ApiKey key{.id = id, .tenant = "acme", .tenant_name = tenant_name, .created_ms = 1000, .expires_ms = 5000};
    key.hash.fill(static_cast<std::uint8_t>(id.back()));
    key.scopes.add(access::Scope::track);
    key.scopes.add(access::Scope::admin);
    return key;
}

class KeyStore : public ::testing::Test {
   protected:
    testing::TemporaryFolder folder_;
    std::string path_ = folder_.file("keys.db");
};

TEST_F(KeyStore, KeepsWhatAKeyIs) {
    add_key(path_, made_key("k1"));
    EXPECT_EQ(std::filesystem::status(path_).permissions() & std::filesystem::perms::others_all,
              std::filesystem::perms::none);
    const auto keys = list_keys(path_);
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0].id, "k1");
    EXPECT_EQ(keys[0].hash, made_key("k1").hash);
    EXPECT_EQ(keys[0].tenant, "acme");
    EXPECT_EQ(keys[0].tenant_name, "Acme Logistics");
    EXPECT_EQ(keys[0].scopes.bits(), made_key("k1").scopes.bits());
    EXPECT_EQ(keys[0].created_ms, 1000);
    EXPECT_EQ(keys[0].expires_ms, 5000);
    EXPECT_EQ(keys[0].revoked_ms, 0);
}

TEST_F(KeyStore, NamesATenantOnceOrAgain) {
    add_key(path_, made_key("k1", ""));
    EXPECT_EQ(list_keys(path_)[0].tenant_name, "acme") << "by its id, where nobody says";
    add_key(path_, made_key("k2", "Acme Logistics"));
    add_key(path_, made_key("k3", ""));
    for (const auto& key : list_keys(path_)) EXPECT_EQ(key.tenant_name, "Acme Logistics");
}

TEST_F(KeyStore, RevokesAKeyForGood) {
    add_key(path_, made_key("k1"));
    EXPECT_FALSE(revoke_key(path_, "k9", 2000));
    EXPECT_TRUE(revoke_key(path_, "k1", 2000));
    EXPECT_TRUE(revoke_key(path_, "k1", 3000));
    EXPECT_EQ(list_keys(path_)[0].revoked_ms, 2000);
}

TEST_F(KeyStore, RefusesASecondKeyOfOneId) {
    add_key(path_, made_key("k1"));
    EXPECT_THROW(add_key(path_, made_key("k1")), StoreError);
    EXPECT_EQ(list_keys(path_).size(), 1U);
}

TEST_F(KeyStore, IsReadBesideTheDaemonWhichSeesEveryChangeAtOnce) {
    const auto store = open_trace_store({.path = path_});
    const auto source = open_key_source(path_);
    EXPECT_TRUE(source->changed()) << "nothing has been read";
    EXPECT_TRUE(source->keys().empty());
    EXPECT_FALSE(source->changed());
    add_key(path_, made_key("k1"));
    EXPECT_TRUE(source->changed());
    EXPECT_TRUE(source->changed()) << "until they are read";
    EXPECT_EQ(source->keys().size(), 1U);
    EXPECT_FALSE(source->changed());
    revoke_key(path_, "k1", 7);
    EXPECT_TRUE(source->changed());
    EXPECT_EQ(source->keys()[0].revoked_ms, 7);
    const std::string journal = "entries";
    store->commit({.journal = {journal}});
    EXPECT_FALSE(source->changed()) << "other commits change no key";
}

}  // namespace
}  // namespace simtrail::storage
