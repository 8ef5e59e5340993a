#include "engine/cells/cell_table.hpp"

#include <cstring>

#include "engine/cells/cell_layout.hpp"

namespace simtrail {

using namespace cell_layout;

namespace {

template <class T>
T load(const std::byte* bytes, std::size_t index = 0) noexcept {
    T value;
    std::memcpy(&value, bytes + index * sizeof value, sizeof value);
    return value;
}

using Bucket = std::array<std::uint64_t, slots_per_bucket>;

/// The slot that holds the key, `slots_per_bucket` where none does. Without branches: the eight compare side by side.
std::size_t slot_of(const Bucket& bucket, std::uint64_t key) noexcept {
    unsigned matches = 0;
    for (std::size_t slot = 0; slot < slots_per_bucket; ++slot) matches |= unsigned{bucket[slot] == key} << slot;
    return static_cast<std::size_t>(__builtin_ctz(matches | 1U << slots_per_bucket));
}

AreaRecord area_record(const PackedArea& packed) noexcept {
    return {to_geo(packed.centroid), packed.radius_m, packed.cells};
}

}  // namespace

std::expected<CellTable::RadioCells, std::string> CellTable::open_radio(const SectionFile& file, Radio radio) {
    const auto tag = static_cast<std::uint32_t>(radio);
    const auto keys = file.find(SectionKind::cell_keys, tag);
    const auto records = file.find(SectionKind::cell_records, tag);
    if (!keys && !records) return RadioCells{};
    const auto broken =
        std::unexpected("the sections of its " + std::string(name(radio)) + " cells contradict each other");
    if (!keys || !records) return broken;
    const std::uint64_t buckets = keys->body.size() / bucket_key_bytes;
    const std::uint64_t home_buckets = keys->plan.parameter;
    if (keys->body.size() % bucket_key_bytes != 0) return broken;
#ifndef SIMTRAIL_PLANTED_BUGS  // the bug that cell_file_fuzzer must find
    if (records->body.size() != buckets * bucket_record_bytes) return broken;
#endif
    if (home_buckets > buckets || keys->plan.count > buckets * slots_per_bucket) return broken;
    return RadioCells{keys->body.data(), records->body.data(), buckets, home_buckets, keys->plan.count};
}

std::expected<CellTable, std::string> CellTable::open(std::span<const std::byte> bytes) {
    auto file = SectionFile::open(bytes);
    if (!file) return std::unexpected(file.error());
    CellTable table;
    table.file_ = *file;
    for (std::size_t i = 0; i < table.radios_.size(); ++i) {
        auto cells = open_radio(*file, static_cast<Radio>(i));
        if (!cells) return std::unexpected(cells.error());
        table.radios_[i] = *cells;
    }
    if (const auto areas = file->find(SectionKind::areas, 0)) {
        if (areas->body.size() % sizeof(PackedArea) != 0)
            return std::unexpected("its section of areas has a broken length");
        table.areas_ = areas->body;
    }
    auto fingerprints = FingerprintMap::open(*file);
    if (!fingerprints) return std::unexpected(fingerprints.error());
    table.fingerprints_ = *fingerprints;
    const auto calibration = Calibration::open(*file, Calibration::Of::live);
    const auto hindsight = Calibration::open(*file, Calibration::Of::hindsight);
    if (!calibration) return std::unexpected(calibration.error());
    if (!hindsight) return std::unexpected(hindsight.error());
    table.calibration_ = *calibration;
    table.hindsight_calibration_ = *hindsight;
    auto sites = FittedSites::open(*file);
    if (!sites) return std::unexpected(sites.error());
    table.fitted_sites_ = *sites;
    auto rivals = RivalField::open(*file);
    if (!rivals) return std::unexpected(rivals.error());
    table.rivals_ = *rivals;
    return table;
}

std::optional<CellRecord> CellTable::find(const CellIdentity& identity) const noexcept {
    const auto& cells = cells_of(identity.radio);
    if (!in_range(identity) || cells.home_buckets == 0) return std::nullopt;
    const std::uint64_t key = identity.key();
    for (auto at = home_bucket(key, cells.home_buckets); at < cells.buckets; ++at) {
        const auto bucket = load<Bucket>(cells.keys, at);
        if (const auto slot = slot_of(bucket, key); slot < slots_per_bucket)
            return unpack(load<PackedCell>(cells.records, at * slots_per_bucket + slot));
        if (bucket.back() == empty_key) break;
    }
    return std::nullopt;
}

void CellTable::prefetch(const CellIdentity& identity) const noexcept {
    const auto& cells = cells_of(identity.radio);
    if (cells.home_buckets == 0) return;
    const auto home = home_bucket(identity.key(), cells.home_buckets);
    __builtin_prefetch(cells.keys + home * bucket_key_bytes);
    const auto* records = cells.records + home * bucket_record_bytes;
    for (std::size_t offset = 0; offset < bucket_record_bytes; offset += cache_line_bytes)
        __builtin_prefetch(records + offset);
}

std::optional<AreaRecord> CellTable::find_area(Radio radio, Plmn plmn, std::uint32_t area) const noexcept {
    if (plmn.mcc > max_mcc || plmn.mnc > max_mnc || area > max_area(radio)) return std::nullopt;
    const std::uint64_t key = area_key(radio, plmn, area);
    std::size_t low = 0, high = area_count();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        const auto packed = load<PackedArea>(areas_.data(), middle);
        if (packed.key == key) return area_record(packed);
        (packed.key < key ? low : high) = packed.key < key ? middle + 1 : middle;
    }
    return std::nullopt;
}

std::uint64_t CellTable::size() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& cells : radios_) sum += cells.count;
    return sum;
}

std::uint64_t CellTable::area_count() const noexcept { return areas_.size() / sizeof(PackedArea); }

void CellTable::for_each(const std::function<void(const CellIdentity&, const CellRecord&)>& visit) const {
    for (std::size_t i = 0; i < radios_.size(); ++i) {
        const auto& cells = radios_[i];
        for (std::uint64_t slot = 0; slot < cells.buckets * slots_per_bucket; ++slot) {
            const auto key = load<std::uint64_t>(cells.keys, slot);
            if (key == empty_key) continue;
            const auto record = unpack(load<PackedCell>(cells.records, slot));
            auto identity = identity_of(static_cast<Radio>(i), key);
            if (!identity.area) identity.area = record.area;
            visit(identity, record);
        }
    }
}

void CellTable::for_each_area(const std::function<void(Radio, Plmn, std::uint32_t, const AreaRecord&)>& visit) const {
    for (std::size_t i = 0; i < area_count(); ++i) {
        const auto packed = load<PackedArea>(areas_.data(), i);
        const Plmn plmn{static_cast<std::uint16_t>(packed.key >> 34 & 1023),
                        static_cast<std::uint16_t>(packed.key >> 24 & 1023)};
        visit(static_cast<Radio>(packed.key >> 44 & 3), plmn, static_cast<std::uint32_t>(packed.key & 0xFFFFFF),
              area_record(packed));
    }
}

}  // namespace simtrail
