#include "engine/positioning/fingerprint_learner.hpp"

#include <algorithm>
#include <cmath>

#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/fingerprint_map_maker.hpp"

namespace simtrail {

namespace {

constexpr double metres_per_degree = earth_radius_m * maths::pi / 180;
constexpr double half_octant_deg = 22.5;

std::int64_t fixed(double value, double scale) noexcept { return std::lround(value * scale); }

std::uint8_t octant_of(const std::optional<FingerprintLearner::Motion>& motion) noexcept {
    constexpr std::uint8_t none = 8;
    if (!motion) return none;
    return static_cast<std::uint8_t>(static_cast<int>((motion->heading_deg + half_octant_deg) / 45) % 8);
}

void mix(std::uint64_t& hash, std::uint64_t value) noexcept {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
}

}  // namespace

std::size_t FingerprintLearner::KeyHash::operator()(const Key& key) const noexcept {
    std::uint64_t hash = key.serving;
    mix(hash, std::uint64_t{key.pci} << 32 | std::uint64_t{key.previous_hash} << 16 | key.previous_pci);
    mix(hash, static_cast<std::uint64_t>(key.row) << 32 ^ static_cast<std::uint32_t>(key.column));
    mix(hash, std::uint64_t{key.octant} << 8 | key.fold);
    return hash;
}

std::size_t FingerprintLearner::CellHash::operator()(const CellKey& key) const noexcept {
    auto hash = static_cast<std::uint64_t>(key.radio);
    mix(hash, key.key);
    return hash;
}

std::uint32_t FingerprintLearner::number_of(const CellKey& cell, std::uint16_t pci) {
    const auto [found, added] = numbers_.try_emplace(cell, static_cast<std::uint32_t>(cells_.size()));
    if (added) {
        cells_.push_back(cell);
        pcis_.push_back(CellHistory::no_pci);
    }
    if (pci != CellHistory::no_pci) pcis_[found->second] = pci;
    return found->second;
}

void FingerprintLearner::Sums::add_feature(std::uint32_t cell, std::int64_t total) {
    const auto known = std::ranges::find(features, cell, &std::pair<std::uint32_t, std::int64_t>::first);
    if (known == features.end())
        features.emplace_back(cell, total);
    else
        known->second += total;
}

void FingerprintLearner::Sums::add(const Sums& other) {
    lon.add(other.lon);
    lat.add(other.lat);
    fast.add(other.fast);
    slow.add(other.slow);
    previous.add(other.previous);
    ta_8ths.add(other.ta_8ths);
    stay_ds.add(other.stay_ds);
    east_dmps.add(other.east_dmps);
    north_dmps.add(other.north_dmps);
    for (const auto& [cell, total] : other.features) add_feature(cell, total);
    folds |= other.folds;
}

void FingerprintLearner::observe(const RadioScene& scene, GeoPoint place, std::optional<Motion> motion,
                                 std::uint8_t fold) {
    Key key{.serving = number_of(scene.serving, scene.pci),
            .pci = scene.pci,
            // Where neighbours tell places apart, the cell before would only split them.
            .previous_hash = scene.has_neighbours ? std::uint16_t{0} : scene.previous_hash,
            .previous_pci = scene.has_neighbours ? CellHistory::no_pci : scene.previous_pci,
            .octant = octant_of(motion),
            .fold = fold};
    key.row = static_cast<std::int32_t>(std::floor(place.lat_deg * metres_per_degree / bucket_m));
    const double row_lat_deg = key.row * bucket_m / metres_per_degree;
    const double lon_scale = metres_per_degree * std::max(maths::cosine(maths::radians(row_lat_deg)), 1e-6);
    key.column = static_cast<std::int32_t>(std::floor(place.lon_deg * lon_scale / bucket_m));

    Sums& sums = places_[key];
    const FixedPoint at = to_fixed(place);
    sums.lon.add(at.lon);
    sums.lat.add(at.lat);
    if (scene.fast_16th_dbm) sums.fast.add(*scene.fast_16th_dbm);
    if (scene.slow_16th_dbm) sums.slow.add(*scene.slow_16th_dbm);
    if (scene.previous_16th_dbm) sums.previous.add(*scene.previous_16th_dbm);
    if (scene.timing_advance) sums.ta_8ths.add(8 * *scene.timing_advance);
    sums.stay_ds.add(std::min<std::int64_t>(fixed(scene.stay_s, 10), 65'535));
    if (motion) {
        const Offset velocity = towards(motion->heading_deg, motion->speed_mps);
        sums.east_dmps.add(fixed(velocity.east_m, 10));
        sums.north_dmps.add(fixed(velocity.north_m, 10));
    }
    for (const auto& heard : scene.all_heard()) sums.add_feature(number_of(heard.cell, heard.pci), heard.feature);
    sums.folds |= 1U << fold % 32;
}

std::vector<MadeSection> FingerprintLearner::make_sections(std::uint8_t left_out) const {
    std::map<Key, Sums> merged;  // in the order of the file
    for (const auto& [key, sums] : places_) {
        if (key.fold == left_out) continue;
        Key whole = key;
        whole.fold = 0;
        merged[whole].add(sums);
    }
    FingerprintMapMaker maker(cells_, pcis_);
    for (const auto& [key, sums] : merged) maker.add(key, sums);
    return maker.make();
}

}  // namespace simtrail
