#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "engine/cells/cell_record.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// A read-only view of a compiled cell file (docs/cells.md has the layout). Cheap to copy; the bytes must outlive it.
/// Thread-safe. Every offset is checked when opened and every index when used: a hostile file cannot make it read outside.
class CellTable {
   public:
    /// An empty table: finds nothing.
    CellTable() = default;

    /// Verifies header and section table (not the bodies' checksums: `verify`). The error says what is wrong with the file.
    static std::expected<CellTable, std::string> open(std::span<const std::byte> bytes);

    std::optional<CellRecord> find(const CellIdentity& identity) const noexcept;

    /// Starts fetching the memory that `find` will read: call it some events ahead.
    void prefetch(const CellIdentity& identity) const noexcept;

    /// The area's centroid; nothing where no cell of it is known.
    std::optional<AreaRecord> find_area(Radio radio, Plmn plmn, std::uint32_t area) const noexcept;

    std::uint64_t size(Radio radio) const noexcept;
    std::uint64_t size() const noexcept;

    /// Every cell, in file order.
    void for_each(const std::function<void(const CellIdentity&, const CellRecord&)>& visit) const;

    /// Compares the bodies with their checksums; the error names the damaged section.
    std::expected<void, std::string> verify() const;

   private:
    // (the owner of this file completes the private part)
};

}  // namespace simtrail
