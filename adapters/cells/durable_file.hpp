#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace simtrail::cells {

/// Puts the bytes at `path` all or not at all: a temporary name beside it, fsync, rename, fsync of the folder. Throws
/// CellFileError and leaves what was there, which it always does where that is no regular file (/dev/null, a folder).
void write_durably(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// Before long work: throws what `write_durably` would throw for certain.
void check_writable(const std::filesystem::path& path);

}  // namespace simtrail::cells
