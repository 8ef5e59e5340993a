#include "engine/positioning/fingerprint_learner.hpp"

#include <algorithm>
#include <cmath>

#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/fingerprint_map_maker.hpp"

namespace simtrail {

namespace {

constexpr double half_octant_deg = 22.5;

std::int64_t fixed(double value, double scale) noexcept { return std::lround(value * scale); }

std::uint8_t octant_of(const std::optional<FingerprintLearner::Motion>& motion) noexcept {
    constexpr std::uint8_t none = 8;
    if (!motion) return none;
    return static_cast<std::uint8_t>(static_cast<int>((motion->heading_deg + half_octant_deg) / 45) % 8);
}

void put_into_bucket(GeoPoint place, FingerprintLearner::Key& key) noexcept {
    const double bucket_m = key.alone ? FingerprintLearner::bucket_alone_m : FingerprintLearner::bucket_m;
    key.row = static_cast<std::int32_t>(std::floor(place.lat_deg * metres_per_degree / bucket_m));
    const double row_lat_deg = key.row * bucket_m / metres_per_degree;
    const double lon_scale = metres_per_degree * std::max(maths::cosine(maths::radians(row_lat_deg)), 1e-6);
    key.column = static_cast<std::int32_t>(std::floor(place.lon_deg * lon_scale / bucket_m));
}

FingerprintLearner::Key without_fold(FingerprintLearner::Key key) noexcept {
    key.fold = 0;
    return key;
}

using ListedFeatures = std::vector<std::vector<std::pair<std::uint32_t, std::int16_t>>>;

/// Of every fingerprint: the cells that were heard there, gathered from all lists that it is in.
ListedFeatures listed_features(const FingerprintMap& map) {
    ListedFeatures all(map.fingerprints().size());
    for (const auto& cell : map.cells()) {
        const auto rows = map.rows(cell);
        for (const auto& column : map.columns(cell)) {
            const auto features = map.features(cell, column);
            if (column.cell >= map.cells().size() || features.size() != rows.size()) continue;
            for (std::size_t r = 0; r < rows.size(); ++r) {
                if (features[r] == 0 || rows[r] >= all.size()) continue;
                auto& known = all[rows[r]];
                if (std::ranges::find(known, column.cell, &std::pair<std::uint32_t, std::int16_t>::first) ==
                    known.end())
                    known.emplace_back(column.cell, features[r]);
            }
        }
    }
    return all;
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
    mix(hash, std::uint64_t{key.octant} << 16 | std::uint64_t{key.alone} << 8 | key.fold);
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
        measurements_.emplace_back();
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
    lon += other.lon, lat += other.lat, stay_ds += other.stay_ds;
    fast += other.fast, slow += other.slow;
    previous += other.previous, ta_8ths += other.ta_8ths;
    east_dmps += other.east_dmps, north_dmps += other.north_dmps;
    observations += other.observations, signals += other.signals, previous_signals += other.previous_signals;
    advances += other.advances, motions += other.motions;
    parts |= other.parts;
    for (const auto& [cell, total] : other.features) add_feature(cell, total);
}

void FingerprintLearner::observe(const RadioScene& scene, GeoPoint place, std::optional<Motion> motion, Share share) {
    const FixedPoint at = to_fixed(place);
    Key key{.serving = number_of(scene.serving, scene.pci),
            .pci = scene.pci,
            // Where neighbours tell places apart, the cell before would only split them.
            .previous_hash = scene.has_neighbours ? std::uint16_t{0} : scene.previous_hash,
            .previous_pci = scene.has_neighbours ? CellHistory::no_pci : scene.previous_pci,
            .octant = octant_of(motion),
            .alone = !scene.has_neighbours,
            .fold = share.fold};
    put_into_bucket(place, key);
    measurements_[key.serving].note(scene.signal_dbm, scene.timing_advance);
    Sums& sums = places_[key];
    ++sums.observations;
    sums.lon += at.lon;
    sums.lat += at.lat;
    sums.stay_ds += std::min<std::int64_t>(fixed(scene.stay_s, 10), 65'535);
    if (scene.fast_16th_dbm && scene.slow_16th_dbm)
        ++sums.signals, sums.fast += *scene.fast_16th_dbm, sums.slow += *scene.slow_16th_dbm;
    if (scene.previous_16th_dbm) ++sums.previous_signals, sums.previous += *scene.previous_16th_dbm;
    if (scene.timing_advance) ++sums.advances, sums.ta_8ths += 8 * *scene.timing_advance;
    if (motion) {
        const Offset velocity = towards(motion->heading_deg, motion->speed_mps);
        ++sums.motions;
        sums.east_dmps += fixed(velocity.east_m, 10);
        sums.north_dmps += fixed(velocity.north_m, 10);
    }
    for (const auto& heard : scene.all_heard()) sums.add_feature(number_of(heard.cell, heard.pci), heard.feature);
    sums.parts = static_cast<std::uint16_t>(sums.parts | 1U << share.part);
}

void FingerprintLearner::add_earlier(const FingerprintMap& map,
                                     const std::function<bool(Radio radio, std::uint64_t key)>& is_outdated) {
    std::vector<std::uint32_t> numbers;
    std::vector<bool> outdated;
    for (const auto& cell : map.cells()) {
        const auto radio = static_cast<Radio>(cell.radio % radio_names.size());
        numbers.push_back(number_of({radio, cell.key}, cell.pci));
        outdated.push_back(is_outdated(radio, cell.key));
        earlier_parts_.resize(cells_.size());
        if (outdated.back()) continue;
        earlier_parts_[numbers.back()] = cell.days;
        measurements_[numbers.back()].add_earlier(cell);
    }
    const auto features = listed_features(map);
    for (std::size_t c = 0; c < numbers.size(); ++c) {
        const auto& cell = map.cells()[c];
        if (outdated[c]) continue;
        for (std::uint32_t i = 0; i < map.own(cell).size(); ++i) {
            const PackedFingerprint& place = map.own(cell)[i];
            std::vector<std::pair<std::uint32_t, std::int16_t>> known;
            std::int64_t rest = place.norm;
            for (const auto& [heard, value] : features[cell.own_first + i]) {
                rest -= value * value;
                if (!outdated[heard]) known.emplace_back(numbers[heard], value);
            }
            if (rest > 0) known.emplace_back(unlisted, static_cast<std::int16_t>(std::min(std::sqrt(rest), 32'767.0)));
            add_earlier(numbers[c], place, known);
        }
    }
}

void FingerprintLearner::add_earlier(std::uint32_t serving, const PackedFingerprint& place,
                                     std::span<const std::pair<std::uint32_t, std::int16_t>> features) {
    const bool moving = place.speed_half_mps != PackedFingerprint::not_moving;
    const double heading_deg = place.heading * 360 / 256.0;
    const double speed_mps = place.speed_half_mps / 2.0;
    Key key{.serving = serving,
            .pci = place.pci,
            .previous_hash = place.previous_hash,
            .previous_pci = place.previous_pci,
            .octant = octant_of(moving ? std::optional(Motion{heading_deg, speed_mps}) : std::nullopt),
            .alone = place.alone == 1,
            .fold = always_kept};
    put_into_bucket(to_geo(place.place), key);
    const std::uint32_t count = std::max<std::uint32_t>(place.observations, 1);
    const std::int64_t weight = count;
    Sums sums;
    sums.observations = count;
    sums.lon = weight * place.place.lon, sums.lat = weight * place.place.lat, sums.stay_ds = weight * place.stay_ds;
    if (place.fast_16th_dbm != PackedFingerprint::no_signal)
        sums.signals = count, sums.fast = weight * place.fast_16th_dbm, sums.slow = weight * place.slow_16th_dbm;
    if (place.previous_16th_dbm != PackedFingerprint::no_signal)
        sums.previous_signals = count, sums.previous = weight * place.previous_16th_dbm;
    if (place.ta_8ths != PackedFingerprint::no_ta) sums.advances = count, sums.ta_8ths = weight * place.ta_8ths;
    if (moving) {
        const Offset velocity = towards(heading_deg, speed_mps);
        sums.motions = count;
        sums.east_dmps = weight * fixed(velocity.east_m, 10), sums.north_dmps = weight * fixed(velocity.north_m, 10);
    }
    for (const auto& [cell, value] : features) sums.add_feature(cell, weight * value);
    places_[key].add(sums);
}

/// Merges the folds of a place as it goes: no second copy of all places.
std::vector<MadeSection> FingerprintLearner::make_sections(const IsKnownSite& is_known, std::uint8_t left_out) const {
    std::vector<const std::pair<const Key, Sums>*> kept;
    kept.reserve(places_.size());
    for (const auto& place : places_)
        if (place.first.fold != left_out) kept.push_back(&place);
    std::ranges::sort(kept, {}, [](const auto* place) { return place->first; });  // its last member is the fold
    FingerprintMapMaker maker(cells_, pcis_, earlier_parts_, measurements_);
    for (std::size_t i = 0; i < kept.size();) {
        const Key place = without_fold(kept[i]->first);
        Sums sums;
        for (; i < kept.size() && without_fold(kept[i]->first) == place; ++i) sums.add(kept[i]->second);
        maker.add(place, sums);
    }
    return maker.make(is_known);
}

}  // namespace simtrail
