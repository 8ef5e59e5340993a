#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/cells/cell_file.hpp"

namespace simtrail::storage {

// Which cell files the newest points were located with, for those who look at the traces later. A connection of their own each;
// both throw StoreError.

/// Notes the files, where others are noted. The database exists.
void note_cell_files(const std::string& path, std::span<const CellFile> files);

/// In the order in which they were given. None where the database is older than such notes.
std::vector<CellFile> noted_cell_files(const std::string& path);

}  // namespace simtrail::storage
