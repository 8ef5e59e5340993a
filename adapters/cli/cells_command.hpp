#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "adapters/cells/cell_files.hpp"

namespace CLI {
class App;
}

namespace simtrail::cli {

using Paths = std::vector<std::filesystem::path>;

// The commands under `simtrail cells`, each in a file of its name.
void add_cells_import_command(CLI::App& cells);
void add_cells_stats_command(CLI::App& cells);
void add_cells_lookup_command(CLI::App& cells);
void add_cells_learn_command(CLI::App& cells);

}  // namespace simtrail::cli
