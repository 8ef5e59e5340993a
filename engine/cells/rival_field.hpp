#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <span>
#include <string>

#include "engine/cells/cell_record.hpp"
#include "engine/cells/section_file.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// How much all cells of a network can be heard at a place: Z = log Σ exp(rank_slope · level). That this cell was measured,
/// and not its rivals, tells more of the place than the signal itself. Tiles of 100 m in blocks of 16 by 16, only around
/// surveyed sites. A read-only view; the bytes must outlive it. Thread-safe.
class RivalField {
   public:
    static constexpr double rank_slope = 0.12;  // a decibel

    RivalField() = default;
    static std::expected<RivalField, std::string> open(const SectionFile& file);

    bool empty() const noexcept { return blocks_.empty(); }

    /// Z; a low one where no site is near.
    double at(Radio radio, Plmn plmn, GeoPoint place) const noexcept;

    static constexpr std::size_t block_side = 16;
    struct Block {
        std::uint64_t key = 0;
        std::uint8_t tiles[block_side * block_side]{};  // (Z - lowest)/step
    };
    static_assert(sizeof(Block) == 264);

   private:
    std::span<const Block> blocks_;  // by key
};

/// Adds up the field of surveyed sectors: cells of a site table that says where they point. Others are passed over.
class RivalFieldMaker {
   public:
    /// 53 MB of file: a country's. What more there is makes no field at all, rather than half of one.
    static constexpr std::size_t max_blocks = 200'000;

    void add(const CellIdentity& identity, const CellRecord& record);

    /// Empty where there are no such sectors, or too many.
    MadeSection make() const;

   private:
    using Sums = std::array<float, RivalField::block_side * RivalField::block_side>;  // of exp(slope * level)
    std::map<std::uint64_t, Sums> blocks_;
};

}  // namespace simtrail
