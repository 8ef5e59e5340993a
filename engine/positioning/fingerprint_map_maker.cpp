#include "engine/positioning/fingerprint_map_maker.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "engine/cells/robust_centre.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

/// A cell heard in fewer rows of a list than this has no column in it: columns are mostly zeros, and these tell least.
constexpr std::ptrdiff_t least_heard = 3;

/// "At most ten" days tell all there is to tell of support.
constexpr int most_parts = 10;

std::int64_t mean(std::int64_t total, std::int64_t count) noexcept {
    const std::int64_t half = total < 0 ? -count / 2 : count / 2;
    return count == 0 ? 0 : (total + half) / count;
}

std::int16_t mean_signal(std::int64_t total, std::int64_t count) noexcept {
    return static_cast<std::int16_t>(mean(total, count));
}

void pack_motion(const FingerprintLearner::Sums& sums, PackedFingerprint& packed) noexcept {
    if (sums.motions == 0) return;
    const double east = static_cast<double>(mean(sums.east_dmps, sums.motions)) / 10,
                 north = static_cast<double>(mean(sums.north_dmps, sums.motions)) / 10;
    const double turns = maths::arctangent(east, north) / (2 * maths::pi);
    packed.heading = static_cast<std::uint8_t>(static_cast<int>(std::floor(turns * 256 + 256.5)) % 256);
    packed.speed_half_mps =
        static_cast<std::uint8_t>(std::clamp<long>(std::lround(2 * length_m({east, north})), 1, 255));
}

}  // namespace

FingerprintMapMaker::FingerprintMapMaker(std::span<const CellKey> cells, std::span<const std::uint16_t> pcis,
                                         std::span<const std::uint16_t> earlier_parts,
                                         std::span<const MeasurementSums> measurements)
    : rank_(cells.size()), cells_(cells.size()) {
    std::vector<std::uint32_t> order(cells.size());
    // NOLINTNEXTLINE(modernize-use-ranges): g++ 12 has no std::ranges::iota
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t number) { return cells[number]; });
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
        rank_[order[rank]] = rank;
        cells_[rank].key = cells[order[rank]].key;
        cells_[rank].radio = static_cast<std::uint32_t>(cells[order[rank]].radio);
        cells_[rank].pci = pcis[order[rank]];
        measurements[order[rank]].pack_into(cells_[rank]);
        if (order[rank] < earlier_parts.size()) cells_[rank].days = earlier_parts[order[rank]];
    }
}

void FingerprintMapMaker::add(const FingerprintLearner::Key& key, const FingerprintLearner::Sums& sums) {
    Place place{.serving = rank_[key.serving]};
    auto& packed = place.packed;
    packed.place = {static_cast<std::int32_t>(mean(sums.lon, sums.observations)),
                    static_cast<std::int32_t>(mean(sums.lat, sums.observations))};
    packed.pci = key.pci;
    packed.previous_hash = key.previous_hash;
    packed.previous_pci = key.previous_pci;
    packed.fast_16th_dbm = mean_signal(sums.fast, sums.signals);
    packed.slow_16th_dbm = mean_signal(sums.slow, sums.signals);
    packed.previous_16th_dbm = mean_signal(sums.previous, sums.previous_signals);
    if (sums.advances > 0) packed.ta_8ths = static_cast<std::uint16_t>(mean(sums.ta_8ths, sums.advances));
    packed.stay_ds = static_cast<std::uint16_t>(mean(sums.stay_ds, sums.observations));
    pack_motion(sums, packed);
    packed.observations =
        static_cast<std::uint16_t>(std::min(sums.observations, PackedFingerprint::most_observations)) & 0x7FFFU;
    packed.alone = key.alone ? 1 : 0;
    for (const auto& [cell, total] : sums.features) {
        const auto value = mean_signal(total, sums.observations);
        if (value > 0 && cell != FingerprintLearner::unlisted) place.features.push_back({rank_[cell], value});
        packed.norm += value * value;
    }
    place.parts = sums.parts;
    places_.push_back(std::move(place));
}

std::vector<MadeSection> FingerprintMapMaker::make(const IsKnownSite& is_known) {
    sort_places();
    describe_cells();
    list_rows();
    fill_columns();
    std::vector<PackedFingerprint> fingerprints;
    fingerprints.reserve(places_.size());
    for (const Place& place : places_) fingerprints.push_back(place.packed);
    std::vector<MadeSection> sections;
    sections.push_back(
        section_of<PackedCellPlaces>({.kind = SectionKind::cell_places, .parameter = FingerprintMap::version}, cells_));
    sections.push_back(section_of<PackedFingerprint>({.kind = SectionKind::fingerprints}, fingerprints));
    sections.push_back(section_of<std::uint32_t>({.kind = SectionKind::fingerprint_rows}, rows_));
    sections.push_back(section_of<PackedColumn>({.kind = SectionKind::fingerprint_columns}, columns_));
    sections.push_back(section_of<std::int16_t>({.kind = SectionKind::fingerprint_features}, features_));
    if (const auto sites = fit_sites(cells_, fingerprints, is_known); !sites.empty())
        sections.push_back(section_of<PackedSite>({.kind = SectionKind::fitted_sites}, sites));
    return sections;
}

/// By serving cell, then by place: neighbours in the list are neighbours on the ground.
void FingerprintMapMaker::sort_places() {
    std::ranges::sort(places_, {}, [](const Place& place) {
        const auto& p = place.packed;
        return std::tuple(place.serving, p.place, p.previous_hash, p.previous_pci, p.pci, p.heading, p.speed_half_mps,
                          p.norm, p.stay_ds, p.fast_16th_dbm);
    });
}

void FingerprintMapMaker::describe_cells() {
    std::vector<FixedPoint> own;
    for (std::uint32_t i = 0; i < places_.size();) {
        auto& cell = cells_[places_[i].serving];
        cell.own_first = i;
        own.clear();
        std::uint32_t parts = 0;
        for (; i < places_.size() && &cells_[places_[i].serving] == &cell; ++i) {
            own.push_back(places_[i].packed.place);
            parts |= places_[i].parts;
            cell.observations += places_[i].packed.observations;
        }
        cell.own_count = i - cell.own_first;
        cell.days = static_cast<std::uint16_t>(std::min(cell.days + __builtin_popcount(parts), most_parts));
        cell.centre = median_centre(own);
        cell.spread_m = static_cast<std::uint32_t>(std::ceil(percentile_95(sorted_distances_m(cell.centre, own))));
    }
}

void FingerprintMapMaker::list_rows() {
    std::vector<std::vector<std::uint32_t>> heard_in(cells_.size());
    for (std::uint32_t i = 0; i < places_.size(); ++i)
        for (const Feature& feature : places_[i].features)
            if (feature.cell != places_[i].serving && (cells_[feature.cell].key & stands_for_pci) == 0)
                heard_in[feature.cell].push_back(i);
    for (std::uint32_t c = 0; c < cells_.size(); ++c) {
        auto& cell = cells_[c];
        std::vector<std::uint32_t> rows(cell.own_count);
        // NOLINTNEXTLINE(modernize-use-ranges): g++ 12 has no std::ranges::iota
        std::iota(rows.begin(), rows.end(), cell.own_first);
        rows.insert(rows.end(), heard_in[c].begin(), heard_in[c].end());
        thin(c, rows);
        cell.row_first = static_cast<std::uint32_t>(rows_.size());
        cell.row_count = static_cast<std::uint32_t>(rows.size());
        rows_.insert(rows_.end(), rows.begin(), rows.end());
    }
}

/// Keeps the best observed of too many rows.
void FingerprintMapMaker::thin(std::uint32_t cell, std::vector<std::uint32_t>& rows) const {
    if (rows.size() <= max_rows) return;
    std::ranges::sort(rows, {}, [&](std::uint32_t row) {
        return std::tuple(places_[row].serving != cell, -int{places_[row].packed.observations}, row);
    });
    rows.resize(max_rows);
    std::ranges::sort(rows, {}, [&](std::uint32_t row) { return std::tuple(places_[row].serving != cell, row); });
}

void FingerprintMapMaker::fill_columns() {
    for (auto& cell : cells_) {
        std::map<std::uint32_t, std::vector<std::int16_t>> columns;
        for (std::uint32_t r = 0; r < cell.row_count; ++r)
            for (const Feature& feature : places_[rows_[cell.row_first + r]].features) {
                auto& column = columns[feature.cell];
                column.resize(cell.row_count);
                column[r] = feature.value;
            }
        cell.column_first = static_cast<std::uint32_t>(columns_.size());
        std::erase_if(columns, [](const auto& column) {
            return std::ranges::count_if(column.second, [](std::int16_t value) { return value != 0; }) < least_heard;
        });
        cell.column_count = static_cast<std::uint32_t>(columns.size());
        for (const auto& [heard, column] : columns) {
            columns_.push_back({.cell = heard, .first = features_.size()});
            features_.insert(features_.end(), column.begin(), column.end());
        }
    }
}

}  // namespace simtrail
