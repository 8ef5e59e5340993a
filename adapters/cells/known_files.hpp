#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "engine/cells/cell_file.hpp"

namespace simtrail::cells {

/// The files as they are now, by absolute path; none where one of them is a pipe, which nobody can read again. Throws
/// CellFileError where one is missing or is none.
std::vector<CellFile> known_files(std::span<const std::filesystem::path> files);

/// Throws CellFileError where one of them is gone or is not what it was.
void check_unchanged(std::span<const CellFile> files);

}  // namespace simtrail::cells
