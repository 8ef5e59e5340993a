#include "bench/pipeline/counting_vfs.hpp"

#include <sqlite3.h>

#include <mutex>

namespace simtrail::bench {

namespace {

VfsCounts counts;

/// The system's methods with two of them replaced. One table serves every file, as the system's own tables differ only in
/// locking, which loopback files share.
sqlite3_io_methods counted_methods;
const sqlite3_io_methods* system_methods = nullptr;
std::once_flag methods_made;

int counted_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    counts.written_bytes += static_cast<std::uint64_t>(size);
    return system_methods->xWrite(file, bytes, size, offset);
}

int counted_sync(sqlite3_file* file, int flags) {
    ++counts.syncs;
    return system_methods->xSync(file, flags);
}

int open_counted(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* system = static_cast<sqlite3_vfs*>(vfs->pAppData);
    const int code = system->xOpen(system, name, file, flags, out_flags);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    std::call_once(methods_made, [&] {
        system_methods = file->pMethods;
        counted_methods = *file->pMethods;
        counted_methods.xWrite = counted_write;
        counted_methods.xSync = counted_sync;
    });
    if (file->pMethods == system_methods) file->pMethods = &counted_methods;
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
