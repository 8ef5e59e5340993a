#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"

namespace simtrail::cli {

void add_replay_command(CLI::App& app) { app.add_subcommand("replay", "to come"); }

}  // namespace simtrail::cli
