#pragma once

#include <sqlite3.h>

#include <stdexcept>
#include <string>

namespace simtrail::testing {

/// On a database that others may have open: what no simtrail would do to it.
inline void run_sql(const std::string& path, const std::string& sql) {
    sqlite3* database = nullptr;
    int result = sqlite3_open(path.c_str(), &database);
    if (result == SQLITE_OK) result = sqlite3_busy_timeout(database, 10'000);
    if (result == SQLITE_OK) result = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
    const std::string message = sqlite3_errmsg(database);
    sqlite3_close(database);
    if (result != SQLITE_OK) throw std::runtime_error(message);
}

}  // namespace simtrail::testing
