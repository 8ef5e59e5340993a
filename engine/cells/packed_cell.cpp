#include "engine/cells/packed_cell.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

namespace simtrail {

namespace {

constexpr std::uint32_t max_range_m = 65'535, max_height_m = 254, max_area_value = (1U << 24) - 1,
                        max_azimuth_deg = 359, max_beamwidth_deg = 360, max_pci_value = 1007;
constexpr std::uint32_t no_height = 255, no_eirp = 255, no_azimuth = 511, no_pci = 1023;
constexpr std::int16_t min_eirp_dbm = -60, max_eirp_dbm = 126, eirp_offset = 128;
constexpr std::uint32_t max_sample_class = 123;

/// The value where it is there and not above `max`, else the code of absence.
template <class Number>
constexpr std::uint32_t code(std::optional<Number> value, std::uint32_t max, std::uint32_t absent) noexcept {
    return value && *value <= max ? std::uint32_t{*value} : absent;
}

constexpr std::optional<std::uint16_t> value(std::uint32_t code, std::uint32_t max) noexcept {
    if (code > max) return std::nullopt;
    return static_cast<std::uint16_t>(code);
}

constexpr std::uint32_t eirp_code(std::optional<std::int16_t> eirp_dbm) noexcept {
    if (!eirp_dbm || *eirp_dbm < min_eirp_dbm || *eirp_dbm > max_eirp_dbm) return no_eirp;
    return static_cast<std::uint32_t>(*eirp_dbm + eirp_offset);
}

constexpr std::optional<std::int16_t> eirp_value(std::uint32_t code) noexcept {
    const int eirp_dbm = static_cast<int>(code) - eirp_offset;
    if (eirp_dbm < min_eirp_dbm || eirp_dbm > max_eirp_dbm) return std::nullopt;
    return static_cast<std::int16_t>(eirp_dbm);
}

constexpr std::uint32_t bits(std::uint32_t word, int shift, int width) noexcept {
    return word >> shift & ((1U << width) - 1);
}

}  // namespace

std::uint32_t sample_class(std::uint32_t samples) noexcept {
    if (samples < 8) return samples;
    const int octave = std::bit_width(samples) - 3;  // samples = 4..8 in units of 2^octave
    const std::uint64_t half = std::uint64_t{1} << (octave - 1);
    const auto rounded = static_cast<std::uint32_t>((samples + half) >> octave);  // 4 to 8; 8 is the next octave's 4
    return std::min(4 * static_cast<std::uint32_t>(octave) + rounded, max_sample_class);
}

std::uint32_t samples_of_class(std::uint32_t sample_class) noexcept {
    if (sample_class < 8) return sample_class;
    const auto known = std::min(sample_class, max_sample_class);
    return (4 + known % 4) << (known / 4 - 1);
}

PackedCell pack(const CellRecord& record) noexcept {
    const bool area_known = record.area && *record.area <= max_area_value;
    const std::uint32_t beamwidth = record.beamwidth_deg.value_or(0);
    return {.place = to_fixed(record.site),
            .reach = std::min(record.range_m, max_range_m) | code(record.height_m, max_height_m, no_height) << 16 |
                     eirp_code(record.eirp_dbm) << 24,
            .use = (area_known ? *record.area : 0) | sample_class(record.samples) << 24 |
                   std::uint32_t{record.learnt} << 31,
            .beam = code(record.azimuth_deg, max_azimuth_deg, no_azimuth) |
                    (beamwidth <= max_beamwidth_deg ? beamwidth : 0) << 9 |
                    code(record.pci, max_pci_value, no_pci) << 18 | std::uint32_t{area_known} << 28};
}

CellRecord unpack(const PackedCell& packed) noexcept {
    CellRecord record{.site = to_geo(packed.place)};
    if (bits(packed.beam, 28, 1) != 0) record.area = bits(packed.use, 0, 24);
    record.pci = value(bits(packed.beam, 18, 10), max_pci_value);
    record.azimuth_deg = value(bits(packed.beam, 0, 9), max_azimuth_deg);
    if (const auto beamwidth = bits(packed.beam, 9, 9); beamwidth != 0)
        record.beamwidth_deg = value(beamwidth, max_beamwidth_deg);
    record.height_m = value(bits(packed.reach, 16, 8), max_height_m);
    record.eirp_dbm = eirp_value(bits(packed.reach, 24, 8));
    record.range_m = bits(packed.reach, 0, 16);
    record.samples = samples_of_class(bits(packed.use, 24, 7));
    record.learnt = bits(packed.use, 31, 1) != 0;
    return record;
}

}  // namespace simtrail
