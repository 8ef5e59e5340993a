#include "engine/cells/fingerprint_map.hpp"

#include <algorithm>
#include <tuple>

namespace simtrail {

namespace {

/// Bodies begin on cache lines, and the items are plain numbers: they are read where they are.
template <class T>
std::expected<std::span<const T>, std::string> items(const SectionFile& file, SectionKind kind) {
    const auto section = file.find(kind, 0);
    if (!section) return std::span<const T>{};
    if (section->body.size() % sizeof(T) != 0)
        return std::unexpected("its section of kind " + std::to_string(static_cast<std::uint32_t>(kind)) +
                               " has a broken length");
    return std::span(reinterpret_cast<const T*>(section->body.data()), section->body.size() / sizeof(T));
}

template <class T>
std::span<const T> part(std::span<const T> whole, std::uint64_t first, std::uint64_t count) noexcept {
    if (first > whole.size() || count > whole.size() - first) return {};
    return whole.subspan(first, count);
}

auto order_of(const PackedCellPlaces& cell) noexcept { return std::tuple(cell.radio, cell.key); }

}  // namespace

std::expected<FingerprintMap, std::string> FingerprintMap::open(const SectionFile& file) {
    FingerprintMap map;
    const auto first = file.find(SectionKind::cell_places, 0);
    if (first && first->plan.parameter != version)
        return std::unexpected("what it learnt is written in version " + std::to_string(first->plan.parameter) +
                               ", this program reads version " + std::to_string(version) +
                               "; learn it again from its observations (simtrail cells learn)");
    const auto cells = items<PackedCellPlaces>(file, SectionKind::cell_places);
    const auto fingerprints = items<PackedFingerprint>(file, SectionKind::fingerprints);
    const auto rows = items<std::uint32_t>(file, SectionKind::fingerprint_rows);
    const auto columns = items<PackedColumn>(file, SectionKind::fingerprint_columns);
    const auto features = items<std::int16_t>(file, SectionKind::fingerprint_features);
    if (!cells) return std::unexpected(cells.error());
    if (!fingerprints) return std::unexpected(fingerprints.error());
    if (!rows) return std::unexpected(rows.error());
    if (!columns) return std::unexpected(columns.error());
    if (!features) return std::unexpected(features.error());
    map.cells_ = *cells;
    map.fingerprints_ = *fingerprints;
    map.rows_ = *rows;
    map.columns_ = *columns;
    map.features_ = *features;
    return map;
}

std::optional<std::uint32_t> FingerprintMap::find(Radio radio, std::uint64_t key) const noexcept {
    const auto found = between(radio, key, key);
    if (found.empty()) return std::nullopt;
    return static_cast<std::uint32_t>(found.data() - cells_.data());
}

std::span<const PackedCellPlaces> FingerprintMap::between(Radio radio, std::uint64_t first,
                                                          std::uint64_t last) const noexcept {
    const auto number = static_cast<std::uint32_t>(radio);
    const auto begin = std::ranges::lower_bound(cells_, std::tuple(number, first), {}, order_of);
    auto end = begin;
    while (end != cells_.end() && order_of(*end) <= std::tuple(number, last)) ++end;
    return {begin, end};
}

std::span<const PackedFingerprint> FingerprintMap::own(const PackedCellPlaces& cell) const noexcept {
    return part(fingerprints_, cell.own_first, cell.own_count);
}

std::span<const std::uint32_t> FingerprintMap::rows(const PackedCellPlaces& cell) const noexcept {
    return part(rows_, cell.row_first, cell.row_count);
}

std::span<const PackedColumn> FingerprintMap::columns(const PackedCellPlaces& cell) const noexcept {
    return part(columns_, cell.column_first, cell.column_count);
}

std::span<const std::int16_t> FingerprintMap::features(const PackedCellPlaces& cell,
                                                       const PackedColumn& column) const noexcept {
    return part(features_, column.first, cell.row_count);
}

}  // namespace simtrail
