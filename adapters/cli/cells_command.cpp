#include "adapters/cli/cells_command.hpp"

#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"

namespace simtrail::cli {

void add_cells_command(CLI::App& app) {
    auto* cells = app.add_subcommand("cells", "cell tables: compile, describe, ask, learn");
    cells->require_subcommand(1);
    add_cells_import_command(*cells);
    add_cells_stats_command(*cells);
    add_cells_lookup_command(*cells);
    add_cells_learn_command(*cells);
}

}  // namespace simtrail::cli
