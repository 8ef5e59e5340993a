#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/cells/cell_record.hpp"
#include "engine/cells/cell_set.hpp"
#include "engine/cells/section_file.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// How an offered cell ends.
enum class AddOutcome : std::uint8_t {
    added,
    duplicate,               // known already: the later record replaced the earlier
    out_of_range,            // a number of its identity is beyond its field, or GSM and UMTS without an area
    impossible_coordinates,  // no place on earth
    null_island,             // 0,0: the placeholder of those who do not know
    count_
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(AddOutcome::count_)> add_outcome_names{
    "added", "duplicate", "outOfRange", "impossibleCoordinates", "nullIsland"};

/// Collects cells and compiles them into the file that CellTable reads. The same cells give the same bytes, whatever
/// the order in which distinct ones came. Not thread-safe. Memory for 50 M cells: 1.9 GB collecting, 3.7 GB with the
/// file.
class CellTableBuilder {
   public:
    /// The identity's area goes into the record. Optional numbers beyond their field become absent.
    AddOutcome add(const CellIdentity& identity, CellRecord record);

    /// Adds the other's cells and sections; they replace those that are here.
    void add_all(const CellTableBuilder& other);

    /// A section that goes into the file as it is, after the table's; it replaces an earlier one of its kind and tag.
    void add_section(MadeSection section);

    /// Adds the field of rivals of the surveyed sectors that are here (rival_field.hpp).
    void add_rival_field();

    /// True where a cell with a key from `first` to `last` has its antenna's place, not where it was used.
    bool knows_site(Radio radio, std::uint64_t first, std::uint64_t last) const noexcept;

    std::uint64_t size() const noexcept;

    CompiledBytes build() const;

   private:
    std::array<CellSet, radio_names.size()> radios_;
    std::vector<MadeSection> sections_;
};

}  // namespace simtrail
