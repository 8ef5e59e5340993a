#pragma once

#include <cstdint>

#include "storage/sqlite.hpp"

namespace simtrail::storage {

inline constexpr std::int64_t schema_version = 4;
inline constexpr std::int64_t application_id = 0x53494D54;  // "SIMT" in the file's header

/// Throws StoreError where the file is no database, another program's or a newer simtrail's. Changes nothing.
void check_owner(Database& database);

/// Makes an empty file a simtrail database, or brings an older one up to `schema_version`, in one transaction.
/// Throws StoreError where the file is another program's or a newer simtrail's; nothing is changed then.
void migrate(Database& database);

/// For readers: throws StoreError unless the file is a simtrail database of schema `oldest` or a later one that this
/// version knows.
void check_schema(Database& database, std::int64_t oldest = schema_version);

}  // namespace simtrail::storage
