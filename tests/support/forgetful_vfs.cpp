#include "tests/support/forgetful_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <span>
#include <vector>

namespace simtrail::testing {

namespace {

constexpr std::size_t sector = 512;

/// One of the WAL index's locks: `holders` share it, or one has it alone.
struct SharedLock {
    int holders = 0;
    bool exclusive = false;
};

struct Write {
    std::size_t offset;
    std::string bytes;
};

struct File {
    std::string now;                              // as the running system sees it
    std::string kept;                             // as the disk has it for certain
    std::vector<Write> since_sync;                // in between
    std::deque<std::vector<char>> shared_memory;  // WAL index: never survives
    std::array<SharedLock, SQLITE_SHM_NLOCK> locks{};
    std::array<int, SQLITE_LOCK_EXCLUSIVE + 1> holders{};  // handles by their level of lock on the file itself

    void put(std::size_t offset, std::string_view bytes) { write_into(now, offset, bytes); }
    static void write_into(std::string& file, std::size_t offset, std::string_view bytes) {
        if (file.size() < offset + bytes.size()) file.resize(offset + bytes.size());
        bytes.copy(file.data() + offset, bytes.size());
    }
};

}  // namespace

struct ForgetfulVfs::Disk {
    std::mutex mutex;
    std::map<std::string, File> files;
    std::mt19937_64 random;
    std::string name;
    sqlite3_vfs vfs{};
    std::uint64_t operations = 0, syncs = 0, fail_at = 0, capacity = 0;
    bool failed = false;

    /// False when the power is gone.
    bool operate() {
        if (++operations >= fail_at && fail_at != 0) failed = true;
        return !failed;
    }

    bool has_room_for(const File& file, const Write& write) const {
        std::uint64_t used = 0;
        for (const auto& [path, other] : files) used += other.now.size();
        const std::size_t end = write.offset + write.bytes.size();
        return capacity == 0 || end <= file.now.size() || used + end - file.now.size() <= capacity;
    }

    void lose_unsynced(File& file) {
        for (const Write& write : file.since_sync) {
            if ((random() & 1) != 0) continue;
            for (std::size_t at = 0; at < write.bytes.size(); at += sector)
                if (random() % 8 != 0)
                    File::write_into(file.kept, write.offset + at, std::string_view(write.bytes).substr(at, sector));
        }
        file.now = file.kept;
        file.since_sync.clear();
        file.shared_memory.clear();
        file.locks = {};
        file.holders = {};
    }
};

namespace {

using Disk = ForgetfulVfs::Disk;

struct Handle {
    sqlite3_file base;
    Disk* disk;
    File* file;
    int level;  // SQLITE_LOCK_...
};

Handle& handle_of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
Disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

int read_file(sqlite3_file* f, void* into, int amount, sqlite3_int64 offset) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    const std::string& bytes = handle_of(f).file->now;
    const auto wanted = static_cast<std::size_t>(amount);
    const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
    const std::size_t got = bytes.copy(static_cast<char*>(into), wanted, from);
    if (got == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + got, 0, wanted - got);
    return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* f, const void* from, int amount, sqlite3_int64 offset) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    Handle& h = handle_of(f);
    const Write write{static_cast<std::size_t>(offset),
                      std::string(static_cast<const char*>(from), static_cast<std::size_t>(amount))};
    if (!h.disk->has_room_for(*h.file, write)) return SQLITE_FULL;
    const bool powered = h.disk->operate();
    h.file->since_sync.push_back(write);  // the write in which the power fails may be torn, too
    if (!powered) return SQLITE_IOERR_WRITE;
    h.file->put(write.offset, write.bytes);
    return SQLITE_OK;
}

int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    Handle& h = handle_of(f);
    if (!h.disk->operate()) return SQLITE_IOERR_TRUNCATE;
    // A truncation is journalled by the file system; writes before it may still be lost.
    h.file->now.resize(static_cast<std::size_t>(size));
    h.file->kept.resize(std::min(h.file->kept.size(), static_cast<std::size_t>(size)));
    std::erase_if(h.file->since_sync, [&](const Write& write) {
        return write.offset + write.bytes.size() > static_cast<std::size_t>(size);
    });
    return SQLITE_OK;
}

int sync_file(sqlite3_file* f, int) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    Handle& h = handle_of(f);
    if (!h.disk->operate()) return SQLITE_IOERR_FSYNC;
    ++h.disk->syncs;
    h.file->kept = h.file->now;
    h.file->since_sync.clear();
    return SQLITE_OK;
}

int size_of_file(sqlite3_file* f, sqlite3_int64* size) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    *size = static_cast<sqlite3_int64>(handle_of(f).file->now.size());
    return SQLITE_OK;
}

int change_lock(sqlite3_file* f, int level) {
    Handle& h = handle_of(f);
    --h.file->holders[static_cast<std::size_t>(h.level)];
    h.level = level;
    ++h.file->holders[static_cast<std::size_t>(h.level)];
    return SQLITE_OK;
}

int lock_file(sqlite3_file* f, int level) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    const Handle& h = handle_of(f);
    if (level <= h.level) return SQLITE_OK;
    auto others = h.file->holders;
    --others[static_cast<std::size_t>(h.level)];
    const int writers = others[SQLITE_LOCK_RESERVED] + others[SQLITE_LOCK_PENDING] + others[SQLITE_LOCK_EXCLUSIVE];
    if (others[SQLITE_LOCK_PENDING] + others[SQLITE_LOCK_EXCLUSIVE] > 0) return SQLITE_BUSY;
    if (level >= SQLITE_LOCK_RESERVED && writers > 0) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && others[SQLITE_LOCK_SHARED] > 0) return SQLITE_BUSY;
    return change_lock(f, level);
}

int unlock_file(sqlite3_file* f, int level) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    return level < handle_of(f).level ? change_lock(f, level) : SQLITE_OK;
}

int close_file(sqlite3_file* f) {
    unlock_file(f, SQLITE_LOCK_NONE);
    const std::lock_guard guard(handle_of(f).disk->mutex);
    --handle_of(f).file->holders[SQLITE_LOCK_NONE];
    return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* f, int* reserved) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    const auto& holders = handle_of(f).file->holders;
    *reserved =
        holders[SQLITE_LOCK_RESERVED] + holders[SQLITE_LOCK_PENDING] + holders[SQLITE_LOCK_EXCLUSIVE] > 0 ? 1 : 0;
    return SQLITE_OK;
}
int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return sector; }
int characteristics(sqlite3_file*) { return 0; }

int map_shared(sqlite3_file* f, int region, int size, int extend, void volatile** memory) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    auto& regions = handle_of(f).file->shared_memory;
    const auto index = static_cast<std::size_t>(region);
    *memory = nullptr;
    if (index >= regions.size() && extend == 0) return SQLITE_OK;
    while (regions.size() <= index) regions.emplace_back(static_cast<std::size_t>(size));
    *memory = regions[index].data();
    return SQLITE_OK;
}
int lock_shared(sqlite3_file* f, int first, int count, int flags) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    const std::span wanted =
        std::span(handle_of(f).file->locks).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (SharedLock& lock : wanted) exclusive ? void(lock.exclusive = false) : void(--lock.holders);
        return SQLITE_OK;
    }
    for (const SharedLock& lock : wanted)
        if (lock.exclusive || (exclusive && lock.holders > 0)) return SQLITE_BUSY;
    for (SharedLock& lock : wanted) exclusive ? void(lock.exclusive = true) : void(++lock.holders);
    return SQLITE_OK;
}
void shared_barrier(sqlite3_file*) {}
int unmap_shared(sqlite3_file* f, int remove) {
    const std::lock_guard guard(handle_of(f).disk->mutex);
    if (remove != 0) handle_of(f).file->shared_memory.clear();
    return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{
    2,           close_file,     read_file,           write_file,   truncate_file, sync_file,       size_of_file,
    lock_file,   unlock_file,    check_reserved_lock, file_control, sector_size,   characteristics, map_shared,
    lock_shared, shared_barrier, unmap_shared,        nullptr,      nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* f, int flags, int* out_flags) {
    const std::lock_guard guard(disk_of(vfs).mutex);
    Disk& disk = disk_of(vfs);
    f->pMethods = nullptr;
    const std::string path = name == nullptr ? "temporary" : name;
    if (!disk.files.contains(path) && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    File& file = disk.files[path];
    handle_of(f) = {{&methods}, &disk, &file, SQLITE_LOCK_NONE};
    ++file.holders[SQLITE_LOCK_NONE];
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
    const std::lock_guard guard(disk_of(vfs).mutex);
    disk_of(vfs).files.erase(name);
    return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* found) {
    const std::lock_guard guard(disk_of(vfs).mutex);
    *found = disk_of(vfs).files.contains(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* into) {
    sqlite3_snprintf(size, into, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* into) {
    const std::lock_guard guard(disk_of(vfs).mutex);
    for (int i = 0; i < size; ++i) into[i] = static_cast<char>(disk_of(vfs).random());
    return size;
}
int sleep_not(sqlite3_vfs*, int microseconds) { return microseconds; }
int current_time(sqlite3_vfs*, double* julian_day) {
    *julian_day = 2460000.5;
    return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

ForgetfulVfs::ForgetfulVfs(std::uint64_t seed) : disk_(std::make_unique<Disk>()) {
    disk_->random.seed(seed);
    disk_->name = "forgetful-" + std::to_string(seed);
    disk_->vfs = {.iVersion = 1,
                  .szOsFile = sizeof(Handle),
                  .mxPathname = 512,
                  .zName = disk_->name.c_str(),
                  .pAppData = disk_.get(),
                  .xOpen = open_file,
                  .xDelete = delete_file,
                  .xAccess = access_file,
                  .xFullPathname = full_name,
                  .xRandomness = randomness,
                  .xSleep = sleep_not,
                  .xCurrentTime = current_time,
                  .xGetLastError = last_error};
    sqlite3_vfs_register(&disk_->vfs, 0);
}

ForgetfulVfs::~ForgetfulVfs() { sqlite3_vfs_unregister(&disk_->vfs); }

const char* ForgetfulVfs::name() const noexcept { return disk_->name.c_str(); }
void ForgetfulVfs::fail_at(std::uint64_t operation) { disk_->fail_at = disk_->operations + operation; }
bool ForgetfulVfs::failed() const noexcept { return disk_->failed; }
std::uint64_t ForgetfulVfs::operations() const noexcept { return disk_->operations; }
std::uint64_t ForgetfulVfs::syncs() const noexcept { return disk_->syncs; }

void ForgetfulVfs::set_capacity(std::uint64_t bytes) { disk_->capacity = bytes; }

void ForgetfulVfs::restart() {
    for (auto& [name, file] : disk_->files) disk_->lose_unsynced(file);
    disk_->failed = false;
    disk_->fail_at = 0;
}

}  // namespace simtrail::testing
