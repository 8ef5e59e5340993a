#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"

namespace simtrail::cli {

void add_evaluate_command(CLI::App& app) { app.add_subcommand("evaluate", "to come"); }

}  // namespace simtrail::cli
