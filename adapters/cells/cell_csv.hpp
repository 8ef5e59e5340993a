#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cells/cell_record.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail::cells {

inline constexpr std::size_t max_row_bytes =
    64 * 1024;  // no site table has longer rows; bounds what a hostile one takes

/// How a row of a cell table ends; each ends as exactly one.
enum class RowOutcome : std::uint8_t {
    added,
    duplicate,  // of a cell known already: the later row replaced the earlier
    blank,
    unreadable,  // cannot be split into fields: an unclosed quote, or over 64 KiB
    missing_field,
    not_a_number,
    unknown_radio,  // such as OpenCellID's CDMA
    out_of_range,
    impossible_coordinates,
    null_island,
    count_
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(RowOutcome::count_)> row_outcome_names{
    "added",        "duplicate",    "blank",
    "unreadable",   "missingField", "notANumber",
    "unknownRadio", "outOfRange",   "impossibleCoordinates",
    "nullIsland"};

constexpr std::string_view name(RowOutcome outcome) noexcept {
    return row_outcome_names[static_cast<std::size_t>(outcome)];
}
constexpr bool is_rejection(RowOutcome outcome) noexcept { return outcome > RowOutcome::blank; }

/// A row as read: numbers of the identity are not yet held against their fields (CellTableBuilder does that).
struct CellRow {
    CellIdentity identity;
    CellRecord record;
    std::uint32_t dropped_fields = 0;  // optional ones that were no number or out of range
};

/// Reads the rows of one CSV file under its header. Not thread-safe. No allocation per row.
class CellCsv {
   public:
    /// By the file's first line: a header that names the columns in any order and any case, or, without a header, a row of
    /// OpenCellID's fourteen columns. The error says which columns are missing.
    static std::expected<CellCsv, std::string> open(std::string_view first_line);

    /// True where the first line was a row itself.
    bool headerless() const noexcept { return headerless_; }

    std::expected<CellRow, RowOutcome> read(std::string_view line);

    enum class Column : std::uint8_t {
        radio,
        mcc,
        mnc,
        area,
        cell,
        pci,
        unit,
        lon,
        lat,
        range,
        samples,
        changeable,
        azimuth,
        beamwidth,
        height,
        eirp,
        count_
    };

   private:
    static constexpr std::size_t column_count = static_cast<std::size_t>(Column::count_);
    using Positions = std::array<std::optional<std::size_t>, column_count>;

    CellCsv(const Positions& positions, bool headerless) : positions_(positions), headerless_(headerless) {}
    static CellCsv open_cell_id(bool headerless);

    std::string_view field(Column column) const noexcept;
    template <class Number>
    std::expected<Number, RowOutcome> required(Column column) const noexcept;
    std::optional<double> optional(Column column, double min, double max, CellRow& row) const noexcept;
    std::expected<CellIdentity, RowOutcome> identity() const noexcept;
    void read_optionals(CellRow& row) const noexcept;

    Positions positions_;
    bool headerless_;
    std::vector<std::string_view> fields_;
};

}  // namespace simtrail::cells
