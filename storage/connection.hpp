#pragma once

#include <string>

#include "storage/schema.hpp"
#include "storage/sqlite.hpp"

namespace simtrail::storage {

inline constexpr int page_bytes = 16'384;  // 8 KiB pages hold two segments and waste a quarter (docs/storage.md)
inline constexpr int other_process_wait_ms = 30'000;  // `keys add` beside the daemon is brief

/// Makes an empty file that others may not read, where there is none. Throws StoreError.
void make_private_file(const std::string& path);

/// Sets a connection up that writes: checks the owner first, then WAL, durability as `synchronous` says, deleted bytes
/// overwritten, no checkpoint of its own. Throws StoreError.
void prepare_writing(Database& database, const char* synchronous = "FULL");

/// A connection beside the daemon's, of a command that writes a row or two: waits for the write lock, never checkpoints.
/// Makes the database where there is none. Throws StoreError.
Database open_beside(const std::string& path);

/// The same, where there is a database of this schema already.
Database open_existing(const std::string& path);

/// A connection that only reads, of schema `oldest` or a later one. Throws StoreError.
Database open_reading(const std::string& path, const char* vfs = nullptr, std::int64_t oldest = schema_version);

}  // namespace simtrail::storage
