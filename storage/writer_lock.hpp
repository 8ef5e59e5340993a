#pragma once

#include <string>

namespace simtrail::storage {

/// Claims a database file for one writing simtrail, across processes; the system lets go of it when the process dies.
/// flock(2), which does not meet SQLite's own fcntl(2) locks, as long as this descriptor is closed after SQLite's: declare
/// it before the connection.
class WriterLock {
   public:
    /// Throws StoreError where another process has the file. An empty path: no lock.
    explicit WriterLock(const std::string& path);
    ~WriterLock();
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

   private:
    int descriptor_ = -1;
};

}  // namespace simtrail::storage
