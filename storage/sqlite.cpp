#include "storage/sqlite.hpp"

#include <sqlite3.h>

namespace simtrail::storage {

namespace {

/// What to do about it, in a person's words.
std::string_view remedy(int code) {
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return "free some space: what was acknowledged is kept, and a command that has ended can be run again";
        case SQLITE_CANTOPEN: return "check that the folder exists and may be written to";
        case SQLITE_READONLY:
            return "the file or its folder is read-only: give write permission or choose another path";
        case SQLITE_PERM:
        case SQLITE_AUTH: return "check the file's permissions";
        case SQLITE_NOTADB: return "the file is not a simtrail database: choose another path";
        case SQLITE_CORRUPT: return "the file is damaged: restore a backup";
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return "another process holds it: stop that one or wait";
        case SQLITE_IOERR: return "the disk or file system failed: see the system's log";
        default: return "";
    }
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Database::Database(const std::string& path, Mode mode, const char* vfs) : path_(path) {
    const int flags = mode == Mode::read_only ? SQLITE_OPEN_READONLY
                      : mode == Mode::create  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                              : SQLITE_OPEN_READWRITE;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, vfs);
    handle_.reset(opened);
    if (code != SQLITE_OK) fail(code, "cannot be opened");
    sqlite3_extended_result_codes(opened, 1);
}

void Database::fail(int code, std::string_view doing) const {
    std::string message = path_ + ": " + std::string(doing) + ": " + sqlite3_errstr(code);
    if (const int cause = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
        cause != 0 && (code & 0xFF) == SQLITE_IOERR)
        message += " (system error " + std::to_string(cause) + ")";
    if (const auto mend = remedy(code); !mend.empty()) message += "; " + std::string(mend);
    throw StoreError(message);
}

void Database::execute(const std::string& sql) {
    if (const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
        fail(sqlite3_extended_errcode(handle()), "cannot be written");
}

std::int64_t Database::number(const std::string& sql) {
    Statement statement(*this, sql);
    return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(const std::string& sql) {
    Statement statement(*this, sql);
    return statement.step() ? std::string(statement.bytes(0)) : std::string();
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    handle_.reset(prepared);
    check(code);
}

void Statement::check(int code) {
    if (code != SQLITE_OK) database_->fail(sqlite3_extended_errcode(database_->handle()), "cannot be read or written");
}

Statement& Statement::bind(int index, std::int64_t value) {
    check(sqlite3_bind_int64(handle_.get(), index, value));
    return *this;
}

Statement& Statement::bind_text(int index, std::string_view text) {
    check(sqlite3_bind_text64(handle_.get(), index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
    check(sqlite3_bind_blob64(handle_.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const int cause = sqlite3_extended_errcode(database_->handle());
    reset();
    database_->fail(cause, "cannot be read or written");
}

void Statement::reset() noexcept { sqlite3_reset(handle_.get()); }

void Statement::run() {
    while (step()) {
    }
    reset();
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(handle_.get(), column); }

std::string_view Statement::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
    return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Transaction::Transaction(Database& database) : database_(&database) { database.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
    // A failed statement may have rolled back already: then there is nothing left to do.
    if (open_ && sqlite3_get_autocommit(database_->handle()) == 0)
        sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    database_->execute("COMMIT");
    open_ = false;
}

}  // namespace simtrail::storage
