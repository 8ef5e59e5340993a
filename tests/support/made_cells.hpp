#pragma once

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace simtrail::testing {

/// A compiled cell table that owns its bytes.
class MadeCells {
   public:
    void add(const CellIdentity& identity, const CellRecord& record) {
        builder_.add(identity, record);
        bytes_ = builder_.build();
        table_ = *CellTable::open(bytes_);
    }
    const CellTable& table() const noexcept { return table_; }

    static CellIdentity lte(std::uint64_t cell, std::uint32_t area = 7) { return {Radio::lte, {1, 1}, area, cell}; }

   private:
    CellTableBuilder builder_;
    CompiledBytes bytes_;
    CellTable table_;
};

}  // namespace simtrail::testing
