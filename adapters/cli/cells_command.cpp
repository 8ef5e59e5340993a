#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"

namespace simtrail::cli {

void add_cells_command(CLI::App& app) { app.add_subcommand("cells", "to come"); }

}  // namespace simtrail::cli
