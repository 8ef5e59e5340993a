#include "storage/connection.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "storage/schema.hpp"

namespace simtrail::storage {

namespace {

constexpr const char* creation_pragmas = "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL;";
static_assert(page_bytes == 16'384);

}  // namespace

void make_private_file(const std::string& path) {
    // Never opened where it is there: closing a descriptor would drop SQLite's locks of the same process (POSIX).
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (descriptor >= 0)
        ::close(descriptor);
    else if (errno != EEXIST)
        throw StoreError(path + ": cannot be made: " + std::generic_category().message(errno) +
                         "; check that the folder exists and may be written to");
}

void prepare_writing(Database& database, const char* synchronous) {
    sqlite3_busy_timeout(database.handle(), other_process_wait_ms);
    check_owner(database);  // before anything is set in another's file
    database.execute(creation_pragmas);
    if (database.text("PRAGMA journal_mode = WAL") != "wal")
        throw StoreError(database.path() + ": cannot use write-ahead logging on this file system; choose a local disk");
    database.execute(std::string("PRAGMA synchronous = ") + synchronous);
    // Temporary copies stay in memory: an erasure could not reach those in /tmp.
    database.execute("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;");
    // Only the store checkpoints, and only between commits (DESIGN, rules for storage, 3).
    sqlite3_wal_autocheckpoint(database.handle(), 0);
    sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Database open_beside(const std::string& path) {
    make_private_file(path);
    Database database(path, Database::Mode::read_write);
    prepare_writing(database);
    migrate(database);
    return database;
}

Database open_existing(const std::string& path) {
    Database database(path, Database::Mode::read_write);
    prepare_writing(database);
    check_schema(database);
    return database;
}

Database open_reading(const std::string& path, const char* vfs, std::int64_t oldest) {
    Database database(path, Database::Mode::read_only, vfs);
    sqlite3_busy_timeout(database.handle(), other_process_wait_ms);
    check_schema(database, oldest);
    return database;
}

}  // namespace simtrail::storage
