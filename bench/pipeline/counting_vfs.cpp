#include "bench/pipeline/counting_vfs.hpp"

#include <sqlite3.h>

#include <map>
#include <mutex>

namespace simtrail::bench {

namespace {

/// One of the system's method tables (it has several, by kind of locking) with two methods replaced.
struct CountedMethods {
    sqlite3_io_methods counted;  // first: a file's pMethods points to it
    const sqlite3_io_methods* system;
};

// A VFS is the process's: its methods are called with nothing of ours.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
VfsCounts counts;
std::mutex mutex;
std::map<const sqlite3_io_methods*, CountedMethods> tables;  // guarded by it
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

const sqlite3_io_methods& system_methods(sqlite3_file* file) {
    return *reinterpret_cast<const CountedMethods*>(file->pMethods)->system;
}

int counted_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    counts.written_bytes += static_cast<std::uint64_t>(size);
    return system_methods(file).xWrite(file, bytes, size, offset);
}

int counted_sync(sqlite3_file* file, int flags) {
    ++counts.syncs;
    return system_methods(file).xSync(file, flags);
}

const sqlite3_io_methods* counted(const sqlite3_io_methods* system) {
    const std::lock_guard guard(mutex);
    const auto [table, fresh] = tables.try_emplace(system, CountedMethods{*system, system});
    if (fresh) {
        table->second.counted.xWrite = counted_write;
        table->second.counted.xSync = counted_sync;
    }
    return &table->second.counted;
}

int open_counted(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* system = static_cast<sqlite3_vfs*>(vfs->pAppData);
    const int code = system->xOpen(system, name, file, flags, out_flags);
    if (code == SQLITE_OK && file->pMethods != nullptr) file->pMethods = counted(file->pMethods);
    return code;
}

}  // namespace

VfsCounts& register_counting_vfs() {
    static sqlite3_vfs vfs = [] {
        sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
        sqlite3_vfs copy = *system;
        copy.zName = counting_vfs_name;
        copy.pAppData = system;
        copy.xOpen = open_counted;
        copy.pNext = nullptr;
        return copy;
    }();
    sqlite3_vfs_register(&vfs, 0);
    return counts;
}

}  // namespace simtrail::bench
