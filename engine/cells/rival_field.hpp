#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/cells/carrier_plan.hpp"
#include "engine/cells/cell_record.hpp"
#include "engine/cells/section_file.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// How much all cells of one carrier of a network can be heard at a place: Z = log Σ exp(rank_slope · level). That this cell
/// was measured, and not its rivals, tells more of the place than the signal itself. Tiles of 200 m in blocks of 16 by 16,
/// only around surveyed sites. A read-only view; the bytes must outlive it. Thread-safe.
class RivalField {
   public:
    static constexpr float rank_slope = 0.12F;  // a decibel
    static constexpr float lowest = -14;        // where no site is near
    static constexpr std::size_t block_side = 16;
    struct Block {
        std::uint64_t key = 0;
        std::array<std::uint8_t, block_side * block_side> tiles{};  // (Z - lowest)/step
    };
    static_assert(sizeof(Block) == 264);

    /// One network's part.
    struct Network {
        std::uint32_t number = 0;  // of radio, MCC and MNC
        CarrierPlan plan;
        std::span<const Block> blocks;  // by key
    };

    RivalField() = default;
    static std::expected<RivalField, std::string> open(const SectionFile& file);

    bool empty() const noexcept { return networks_.empty(); }

    /// Null where the network has no surveyed sectors.
    const Network* find(Radio radio, Plmn plmn) const noexcept;

   private:
    std::vector<Network> networks_;  // by number
};

/// Reads the field of one carrier at places near each other; not thread-safe.
class RivalReader {
   public:
    RivalReader(const RivalField::Network& network, std::uint8_t carrier) noexcept
        : blocks_(network.blocks), carrier_(carrier) {}

    /// Z, `lowest` at least.
    float at(GeoPoint place) noexcept;

   private:
    std::span<const RivalField::Block> blocks_;
    std::uint64_t carrier_;
    double whole_lat_deg_ = -1000, tile_lon_deg_ = 1;  // of the latitude that was asked for last
    const RivalField::Block* block_ = nullptr;         // the last one found, or missed, under `key_`
    std::uint64_t key_ = ~std::uint64_t{0};
};

/// Adds up the field of surveyed sectors: cells of a site table that says where they point. Others are passed over.
class RivalFieldMaker {
   public:
    /// Of a network: 53 MB of file, two million square kilometres. One that has more gets no field, rather than half of one.
    static constexpr std::size_t max_blocks = 200'000;

    void add(const CellIdentity& identity, const CellRecord& record);

    /// A section for each network that has such sectors, and not too many. The order of `add` does not matter.
    std::vector<MadeSection> make();

   private:
    struct Sector {
        std::uint64_t cell = 0;
        CellRecord record;
    };
    static CarrierPlan plan_of(std::uint32_t network, const std::vector<Sector>& sectors);
    static std::vector<RivalField::Block> blocks_of(const std::vector<Sector>& sectors, const CarrierPlan& plan);

    std::map<std::uint32_t, std::vector<Sector>> networks_;
};

}  // namespace simtrail
