#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/access/api_key.hpp"

namespace simtrail::storage {

/// API keys as the daemon reads them, while other processes add to them. Own read-only connection. Throws StoreError.
std::unique_ptr<access::KeySource> open_key_source(const std::string& path, const char* vfs = nullptr);

// What `simtrail keys` does, beside a running daemon: each on a connection of its own, within one transaction, durable when
// it returns. Throws StoreError.

/// Stores a key. Its tenant is made where it is new; an empty name leaves a known tenant's as it is.
void add_key(const std::string& path, const access::ApiKey& key);
/// Of all tenants, oldest first.
std::vector<access::ApiKey> list_keys(const std::string& path);
/// False where there is no such key. One that is revoked already stays as it is.
bool revoke_key(const std::string& path, const std::string& id, std::int64_t now_ms);

}  // namespace simtrail::storage
