#include "engine/cells/rival_field.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

constexpr double tile_m = 100;
constexpr double heard_m = 1500;  // a rival farther off adds next to nothing where there are any nearer
constexpr double lowest = -14, step = 0.05;
constexpr double metres_per_degree = earth_radius_m * maths::pi / 180;
constexpr double tile_lat_deg = tile_m / metres_per_degree;
constexpr auto side = static_cast<std::int64_t>(RivalField::block_side);

std::uint64_t network_of(Radio radio, Plmn plmn) noexcept {
    return std::uint64_t{static_cast<std::uint8_t>(radio)} << 20 | std::uint64_t{plmn.mcc} << 10 | plmn.mnc;
}

/// Tiles are 100 m wide at the southern edge of their degree of latitude.
double tile_lon_deg(double lat_deg) noexcept {
    return tile_lat_deg / std::max(maths::cosine(maths::radians(std::floor(lat_deg))), 0.01);
}

struct Tile {
    std::int64_t row = 0, column = 0;
};

Tile tile_of(GeoPoint p) noexcept {
    return {static_cast<std::int64_t>(std::floor((p.lat_deg + 90) / tile_lat_deg)),
            static_cast<std::int64_t>(std::floor((p.lon_deg + 180) / tile_lon_deg(p.lat_deg)))};
}

GeoPoint middle_of(Tile tile) noexcept {
    const double lat_deg = (static_cast<double>(tile.row) + 0.5) * tile_lat_deg - 90;
    return {(static_cast<double>(tile.column) + 0.5) * tile_lon_deg(lat_deg) - 180, lat_deg};
}

/// 22 bits of network, 21 each of block row and column.
std::uint64_t key_of(std::uint64_t network, Tile tile) noexcept {
    return network << 42 | static_cast<std::uint64_t>(tile.row / side) << 21 |
           static_cast<std::uint64_t>(tile.column / side);
}

std::size_t index_in_block(Tile tile) noexcept {
    return static_cast<std::size_t>(tile.row % side * side + tile.column % side);
}

}  // namespace

std::expected<RivalField, std::string> RivalField::open(const SectionFile& file) {
    RivalField field;
    const auto section = file.find(SectionKind::rival_field, 0);
    if (!section) return field;
    if (section->body.size() % sizeof(Block) != 0) return std::unexpected("its field of rivals has a broken length");
    field.blocks_ = {reinterpret_cast<const Block*>(section->body.data()), section->body.size() / sizeof(Block)};
    return field;
}

double RivalField::at(Radio radio, Plmn plmn, GeoPoint place) const noexcept {
    const Tile tile = tile_of(place);
    const auto key = key_of(network_of(radio, plmn), tile);
    const auto block = std::ranges::lower_bound(blocks_, key, {}, &Block::key);
    if (block == blocks_.end() || block->key != key) return lowest;
    return lowest + step * block->tiles[index_in_block(tile)];
}

void RivalFieldMaker::add(const CellIdentity& identity, const CellRecord& record) {
    const bool surveyed = !record.learnt && record.samples == 0 && record.azimuth_deg;
    if (!surveyed || blocks_.size() > max_blocks) return;
    const LocalPlane plane(record.site);
    const Antenna antenna({}, record);
    const Tile middle = tile_of(record.site);
    const std::uint64_t network = network_of(identity.radio, identity.plmn);
    constexpr auto reach = static_cast<std::int64_t>(heard_m / tile_m);
    for (std::int64_t row = middle.row - reach; row <= middle.row + reach; ++row)
        for (std::int64_t column = middle.column - reach; column <= middle.column + reach; ++column) {
            const Tile tile{row, column};
            const Offset at = plane.to_offset(middle_of(tile));
            if (row < 0 || column < 0 || squared(at) > heard_m * heard_m) continue;
            blocks_[key_of(network, tile)][index_in_block(tile)] +=
                static_cast<float>(quick_exp(RivalField::rank_slope * antenna.level(at)));
        }
}

MadeSection RivalFieldMaker::make() const {
    std::vector<RivalField::Block> blocks;
    if (blocks_.size() <= max_blocks) blocks.reserve(blocks_.size());
    for (const auto& [key, sums] : blocks_) {
        if (blocks_.size() > max_blocks) break;
        auto& block = blocks.emplace_back();
        block.key = key;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const double z = sums[i] > 0 ? maths::logarithm(double{sums[i]}) : lowest;
            block.tiles[i] = static_cast<std::uint8_t>(std::clamp((z - lowest) / step, 0.0, 255.0));
        }
    }
    const auto bytes = std::as_bytes(std::span(blocks));
    return {{.kind = SectionKind::rival_field, .count = blocks.size(), .bytes = bytes.size()},
            {bytes.begin(), bytes.end()}};
}

}  // namespace simtrail
