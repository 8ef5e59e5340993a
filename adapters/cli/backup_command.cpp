#include <memory>

#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"
#include "adapters/cli/database_path.hpp"
#include "adapters/cli/progress.hpp"
#include "storage/backup.hpp"
#include "storage/connection.hpp"

namespace simtrail::cli {

namespace {

struct BackupOptions {
    DatabaseChoice database;
    std::string target;
};

void run(const BackupOptions& options) {
    const std::string path = existing_database_of(options.database);
    Progress progress("backup", Progress::Unit::bytes, 0);
    storage::back_up(path, options.target, [&](std::uint64_t done, std::uint64_t all) {
        progress.update(done * storage::page_bytes, all * storage::page_bytes);
    });
}

}  // namespace

void add_backup_command(CLI::App& app) {
    auto options = std::make_shared<BackupOptions>();
    auto* command = app.add_subcommand("backup", "Copies the database as it is now, beside a running daemon too");
    add_database_options(*command, options->database);
    command->add_option("FILE", options->target, "The copy, which must not exist yet")->required();
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
