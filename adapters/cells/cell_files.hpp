#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "adapters/cells/cell_csv.hpp"
#include "adapters/cells/line_source.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace simtrail::cells {

struct BadRow {
    std::uint64_t line = 0;
    RowOutcome outcome{};
};

/// What became of one file's rows.
struct FileReport {
    static constexpr std::size_t max_first_bad = 5;  // enough to find the fault; the counts hold the rest

    std::filesystem::path path;
    bool compiled = false;
    std::array<std::uint64_t, static_cast<std::size_t>(RowOutcome::count_)> rows{};
    std::uint64_t dropped_fields = 0;
    std::vector<BadRow> first_bad;

    std::uint64_t operator[](RowOutcome outcome) const noexcept { return rows[static_cast<std::size_t>(outcome)]; }
    std::uint64_t rejected() const noexcept;
    void count(RowOutcome outcome, std::uint64_t line);
};

/// Bytes read of the files' bytes in all.
using ReadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Adds the files' cells to the builder: CSV tables and compiled files together, later ones win. Throws CellFileError.
std::vector<FileReport> add_cell_files(std::span<const std::filesystem::path> files, CellTableBuilder& builder,
                                       const ReadProgress& progress = {});

/// A cell table and the memory it lies in. Moves freely: the table's bytes stay where they are.
class LoadedCells {
   public:
    const CellTable& table() const noexcept { return table_; }
    const std::vector<FileReport>& reports() const noexcept { return reports_; }

    /// One compiled file is mapped as it is; anything else is merged in memory. Throws CellFileError.
    friend LoadedCells load_cells(std::span<const std::filesystem::path> files, const ReadProgress& progress);

   private:
    std::shared_ptr<const void> memory_;
    CellTable table_;
    std::vector<FileReport> reports_;
};

LoadedCells load_cells(std::span<const std::filesystem::path> files, const ReadProgress& progress = {});

}  // namespace simtrail::cells
