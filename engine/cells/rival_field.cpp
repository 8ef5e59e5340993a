#include "engine/cells/rival_field.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "engine/cells/fixed_point.hpp"
#include "engine/cells/path_loss.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/maths/quick.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

constexpr double tile_m = 200;
constexpr float heard_m = 1500;  // a rival farther off adds next to nothing where there are any nearer
constexpr double lowest = RivalField::lowest, step = 0.05;
constexpr double tile_lat_deg = tile_m / metres_per_degree;
constexpr auto side = static_cast<std::int64_t>(RivalField::block_side);

std::uint32_t number_of(Radio radio, Plmn plmn) noexcept {
    return std::uint32_t{static_cast<std::uint8_t>(radio)} << 20 | std::uint32_t{plmn.mcc} << 10 | plmn.mnc;
}

/// Tiles are 200 m wide at the southern edge of their degree of latitude.
double tile_lon_deg(double lat_deg) noexcept {
    return tile_lat_deg / std::max(maths::cosine(maths::radians(std::floor(lat_deg))), 0.01);
}

struct Tile {
    std::int64_t row = 0, column = 0;
};

std::int64_t row_of(double lat_deg) noexcept {
    return static_cast<std::int64_t>(std::floor((lat_deg + 90) / tile_lat_deg));
}
std::int64_t column_of(double lon_deg, double tile_width_deg) noexcept {
    return static_cast<std::int64_t>(std::floor((lon_deg + 180) / tile_width_deg));
}

Tile tile_of(GeoPoint p) noexcept { return {row_of(p.lat_deg), column_of(p.lon_deg, tile_lon_deg(p.lat_deg))}; }

GeoPoint middle_of(Tile tile) noexcept {
    const double lat_deg = (static_cast<double>(tile.row) + 0.5) * tile_lat_deg - 90;
    return {(static_cast<double>(tile.column) + 0.5) * tile_lon_deg(lat_deg) - 180, lat_deg};
}

/// 8 bits of carrier, 21 each of block row and column.
std::uint64_t key_of(std::uint64_t carrier, Tile tile) noexcept {
    return carrier << 42 | static_cast<std::uint64_t>(tile.row / side) << 21 |
           static_cast<std::uint64_t>(tile.column / side);
}

std::size_t index_in_block(Tile tile) noexcept {
    return static_cast<std::size_t>(tile.row % side * side + tile.column % side);
}

/// Sums of exp(slope · level) in tiles.
class Sums {
   public:
    bool too_many() const noexcept { return blocks_.size() > RivalFieldMaker::max_blocks; }

    void add(std::uint8_t carrier, const CellRecord& record) {
        const LocalPlane plane(record.site);
        const Antenna antenna({}, record);
        const Tile middle = tile_of(record.site);
        for (std::int64_t row = std::max<std::int64_t>(middle.row - reach, 0); row <= middle.row + reach; ++row)
            add_row(carrier, antenna, plane, {row, middle.column - reach});
    }

    std::vector<RivalField::Block> packed() const {
        std::vector<RivalField::Block> blocks;
        blocks.reserve(blocks_.size());
        for (const auto& [key, sums] : blocks_) {
            auto& block = blocks.emplace_back();
            block.key = key;
            for (std::size_t i = 0; i < sums.size(); ++i) {
                const double z = sums[i] > 0 ? maths::logarithm(double{sums[i]}) : lowest;
                block.tiles[i] = static_cast<std::uint8_t>(std::clamp((z - lowest) / step, 0.0, 255.0));
            }
        }
        return blocks;
    }

   private:
    static constexpr auto reach = static_cast<std::int64_t>(heard_m / tile_m);

    void add_row(std::uint8_t carrier, const Antenna& antenna, const LocalPlane& plane, Tile first) {
        std::array<float, 2 * reach + 1> east_m, north_m, level_db;
        for (std::size_t i = 0; i < level_db.size(); ++i) {
            const Offset at = plane.to_offset(middle_of({first.row, first.column + static_cast<std::int64_t>(i)}));
            east_m[i] = static_cast<float>(at.east_m);
            north_m[i] = static_cast<float>(at.north_m);
        }
        antenna.levels(east_m, north_m, level_db);
        for (std::size_t i = 0; i < level_db.size(); ++i) {
            const Tile tile{first.row, first.column + static_cast<std::int64_t>(i)};
            if (tile.column < 0 || east_m[i] * east_m[i] + north_m[i] * north_m[i] > heard_m * heard_m) continue;
            blocks_[key_of(carrier, tile)][index_in_block(tile)] +=
                maths::quick_exp(RivalField::rank_slope * level_db[i]);
        }
    }

    std::map<std::uint64_t, std::array<float, RivalField::block_side * RivalField::block_side>> blocks_;
};

}  // namespace

std::expected<RivalField, std::string> RivalField::open(const SectionFile& file) {
    RivalField field;
    for (std::size_t i = 0; i < file.section_count(); ++i) {
        const Section section = file.section(i);
        if (section.plan.kind == SectionKind::former_rival_field)
            return std::unexpected(
                "its field of rivals is of an older simtrail; import the table, or learn the model, anew");
        if (section.plan.kind != SectionKind::rival_field) continue;
        if (section.body.size() % sizeof(Block) != 0) return std::unexpected("its field of rivals has a broken length");
        field.networks_.push_back(
            {section.plan.tag,
             CarrierPlan::unpacked(section.plan.parameter),
             {reinterpret_cast<const Block*>(section.body.data()), section.body.size() / sizeof(Block)}});
    }
    std::ranges::sort(field.networks_, {}, &Network::number);
    return field;
}

const RivalField::Network* RivalField::find(Radio radio, Plmn plmn) const noexcept {
    const std::uint32_t number = number_of(radio, plmn);
    const auto found = std::ranges::lower_bound(networks_, number, {}, &Network::number);
    return found != networks_.end() && found->number == number ? &*found : nullptr;
}

float RivalReader::at(GeoPoint place) noexcept {
    if (const double whole = std::floor(place.lat_deg); whole != whole_lat_deg_) {
        whole_lat_deg_ = whole;
        tile_lon_deg_ = tile_lon_deg(whole);
    }
    const Tile tile{row_of(place.lat_deg), column_of(place.lon_deg, tile_lon_deg_)};
    if (const auto key = key_of(carrier_, tile); key != key_) {
        const auto found = std::ranges::lower_bound(blocks_, key, {}, &RivalField::Block::key);
        block_ = found != blocks_.end() && found->key == key ? &*found : nullptr;
        key_ = key;
    }
    constexpr auto low = static_cast<float>(lowest), each = static_cast<float>(step);
    return block_ == nullptr ? low : low + each * static_cast<float>(block_->tiles[index_in_block(tile)]);
}

void RivalFieldMaker::add(const CellIdentity& identity, const CellRecord& record) {
    const bool surveyed = !record.learnt && record.samples == 0 && record.azimuth_deg;
    if (surveyed) networks_[number_of(identity.radio, identity.plmn)].push_back({identity.cell, record});
}

CarrierPlan RivalFieldMaker::plan_of(std::uint32_t network, const std::vector<Sector>& sectors) {
    if (static_cast<Radio>(network >> 20) != Radio::lte) return {};
    std::vector<CarrierPlan::NumberedCell> cells;
    for (const Sector& sector : sectors)
        if (sector.record.pci)
            cells.push_back({sector.cell >> 8, static_cast<std::uint8_t>(sector.cell), *sector.record.pci});
    return CarrierPlan::of(cells);
}

/// Empty where they are too many.
std::vector<RivalField::Block> RivalFieldMaker::blocks_of(const std::vector<Sector>& sectors, const CarrierPlan& plan) {
    Sums sums;
    std::set<std::tuple<std::uint8_t, FixedPoint, std::uint16_t>> added;  // twins of a sector are no rivals
    for (const Sector& sector : sectors) {
        const std::uint8_t carrier = plan.carrier(sector.cell);
        if (added.emplace(carrier, to_fixed(sector.record.site), *sector.record.azimuth_deg).second)
            sums.add(carrier, sector.record);
        if (sums.too_many()) return {};
    }
    return sums.packed();
}

std::vector<MadeSection> RivalFieldMaker::make() {
    std::vector<MadeSection> sections;
    for (auto& [number, sectors] : networks_) {
        std::ranges::sort(sectors, {}, &Sector::cell);
        const CarrierPlan plan = plan_of(number, sectors);
        const auto blocks = blocks_of(sectors, plan);
        if (blocks.empty()) continue;
        sections.push_back(section_of<RivalField::Block>(
            {.kind = SectionKind::rival_field, .tag = number, .parameter = plan.packed()}, blocks));
    }
    return sections;
}

}  // namespace simtrail
