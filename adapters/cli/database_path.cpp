#include "adapters/cli/database_path.hpp"

#include <chrono>
#include <filesystem>

#include <fmt/chrono.h>
#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"
#include "adapters/config/configuration.hpp"

namespace simtrail::cli {

void add_database_options(CLI::App& command, DatabaseChoice& choice) {
    auto* config =
        command.add_option("--config", choice.config, "The daemon's configuration, which names the database");
    command.add_option("--db", choice.db, "The database")->excludes(config);
}

std::string database_path_of(const DatabaseChoice& choice) {
    if (!choice.db.empty()) return choice.db;
    if (choice.config.empty()) return config::Configuration{}.storage.path;
    const auto configuration = config::load_configuration(choice.config);
    if (!configuration) throw CommandError(ExitCode::usage, configuration.error().message);
    return configuration->storage.path;
}

std::string existing_database_of(const DatabaseChoice& choice) {
    std::string path = database_path_of(choice);
    if (!std::filesystem::exists(path))
        throw CommandError(ExitCode::failed, path + ": there is no database; give --db or --config");
    return path;
}

std::string time_text(std::int64_t unix_ms) {
    if (unix_ms == 0) return "-";
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(unix_ms / 1000)));
}

}  // namespace simtrail::cli
