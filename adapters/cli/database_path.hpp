#pragma once

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace simtrail::cli {

/// Which database an operator's command works on.
struct DatabaseChoice {
    std::string config, db;
};

/// Adds `--config` and `--db`, of which one at most is given.
void add_database_options(CLI::App& command, DatabaseChoice& choice);

/// `--db`, or `[storage] path` of `--config`, or the embedded default. Throws CommandError (usage) where the configuration is
/// wrong.
std::string database_path_of(const DatabaseChoice& choice);

/// The same, of a database that is there. Throws CommandError (failed) where it is not.
std::string existing_database_of(const DatabaseChoice& choice);

/// `2026-11-23T14:05:00Z`; `-` for 0, which means it has not happened.
std::string time_text(std::int64_t unix_ms);

}  // namespace simtrail::cli
