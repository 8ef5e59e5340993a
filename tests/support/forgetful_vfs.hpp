#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace simtrail::testing {

/// A SQLite VFS in memory whose files forget, when the power fails, what was not synced: each write since the last sync
/// survives or not by chance, and one that survives may be torn at a sector of 512 bytes. Connections of several
/// threads may use it.
class ForgetfulVfs {
   public:
    explicit ForgetfulVfs(std::uint64_t seed);
    ~ForgetfulVfs();
    ForgetfulVfs(const ForgetfulVfs&) = delete;
    ForgetfulVfs& operator=(const ForgetfulVfs&) = delete;

    const char* name() const noexcept;

    /// The power fails at the n-th write, sync or truncation from now: that one and all later ones fail. 0: never.
    void fail_at(std::uint64_t operation);
    bool failed() const noexcept;

    /// From now on the disk holds `bytes` in all: writes beyond fail as on a full disk. 0: no limit.
    void set_capacity(std::uint64_t bytes);

    /// Power is back: files hold what the disk kept. Connections must have been closed.
    void restart();

    std::uint64_t operations() const noexcept;
    std::uint64_t syncs() const noexcept;

    struct Disk;

   private:
    std::unique_ptr<Disk> disk_;
};

}  // namespace simtrail::testing
