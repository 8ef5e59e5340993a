#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"

namespace simtrail::cli {

void add_export_command(CLI::App& app) { app.add_subcommand("export", "to come"); }

}  // namespace simtrail::cli
