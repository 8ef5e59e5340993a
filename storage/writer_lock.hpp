#pragma once

#include <string>

#include "storage/sqlite.hpp"

namespace simtrail::storage {

/// Another process writes to the database.
class WriterBusy : public StoreError {
   public:
    using StoreError::StoreError;
};

/// Claims a database file for one writing simtrail, across processes; the system lets go of it when the process dies.
/// flock(2), which does not meet SQLite's own fcntl(2) locks, as long as this descriptor is closed after SQLite's: declare
/// it before the connection.
class WriterLock {
   public:
    /// Throws WriterBusy where another process has the file, StoreError where it cannot be opened. An empty path: no lock.
    explicit WriterLock(const std::string& path);
    ~WriterLock();
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

   private:
    int descriptor_ = -1;
};

}  // namespace simtrail::storage
