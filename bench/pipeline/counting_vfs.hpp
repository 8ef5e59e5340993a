#pragma once

#include <atomic>
#include <cstdint>

namespace simtrail::bench {

/// Registers a SQLite VFS of that name which is the operating system's, and counts what it asks of it.
struct VfsCounts {
    std::atomic<std::uint64_t> syncs = 0, written_bytes = 0;
};
inline constexpr const char* counting_vfs_name = "counting";
VfsCounts& register_counting_vfs();

}  // namespace simtrail::bench
