#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/cells/packed_cell.hpp"

namespace simtrail {

/// The cells of one radio while a table is built: 28 bytes a cell and an index of 4 bytes a slot, so that 50 M fit
/// in 1.9 GB.
class CellSet {
   public:
    /// False where the key was there: its record is replaced. Precondition: fewer than 2^32 - 1 cells.
    bool insert_or_replace(std::uint64_t key, const PackedCell& record);

    /// Null where the key is not there.
    const PackedCell* find(std::uint64_t key) const noexcept;

    std::size_t size() const noexcept { return keys_.size(); }
    std::uint64_t key(std::size_t index) const noexcept { return keys_[index]; }
    const PackedCell& record(std::size_t index) const noexcept { return records_[index]; }

    /// Indices of all cells by home bucket, then key: the order of the file.
    std::vector<std::uint32_t> in_file_order(std::uint64_t home_buckets) const;

   private:
    static constexpr std::uint32_t vacant = ~std::uint32_t{0};

    std::size_t index_slot(std::uint64_t key) const noexcept;
    void grow();

    std::deque<std::uint64_t> keys_;  // deques: growth moves nothing, so it needs no room for a second copy
    std::deque<PackedCell> records_;
    std::vector<std::uint32_t> index_;  // open addressing with linear probing, a power of two, at most 3/4 full
};

}  // namespace simtrail
