#pragma once

#include <cstdint>
#include <optional>

#include "engine/cells/fingerprint_map.hpp"

namespace simtrail {

/// What phones measured on one cell, as far as mean and standard deviation need it. Whole numbers: their order does not matter.
class MeasurementSums {
   public:
    void note(std::optional<std::int16_t> signal_dbm, std::optional<std::uint16_t> timing_advance) noexcept;

    /// What an earlier model says of the cell, as if each of its observations had measured what it says at all.
    void add_earlier(const PackedCellPlaces& cell) noexcept;

    void pack_into(PackedCellPlaces& cell) const noexcept;

   private:
    /// Of numbers in parts of a unit. The squares wrap where a damaged file says nonsense.
    struct Sum {
        std::int64_t total = 0;
        std::uint64_t squares = 0, count = 0;
        void add(std::int64_t value, std::uint64_t deviation, std::uint64_t times) noexcept;
        std::int64_t mean() const noexcept;
        std::uint16_t deviation() const noexcept;
    };
    Sum signal_16ths_, advance_8ths_;
};

}  // namespace simtrail
