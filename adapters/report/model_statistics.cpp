#include "adapters/report/model_statistics.hpp"

#include <algorithm>
#include <cmath>

#include "engine/maths/local_plane.hpp"

namespace simtrail::report {

CellStatistics describe_cells(const CellTable& table) {
    CellStatistics s{.cells = table.size(), .areas = table.area_count(), .bytes = table.file_bytes()};
    table.for_each([&s](const CellIdentity& identity, const CellRecord& record) {
        auto& radio = s.radios[static_cast<std::size_t>(identity.radio)];
        ++(record.learnt ? radio.learnt : radio.surveyed);
        ++s.networks[{identity.radio, identity.plmn}];
        s.with_azimuth += record.azimuth_deg ? 1U : 0U;
        s.with_height += record.height_m ? 1U : 0U;
        s.with_range += record.range_m != 0 ? 1U : 0U;
        s.learnt += record.learnt ? 1U : 0U;
        s.box.include(record.site);
    });
    return s;
}

bool is_thin(const PackedCellPlaces& cell) noexcept {
    return cell.observations < few_observations || cell.days < few_days;
}

std::optional<LearntStatistics> describe_learnt(const FingerprintMap& map) {
    if (map.empty()) return std::nullopt;
    LearntStatistics s{.places = map.fingerprints().size(), .cells = map.cells().size()};
    std::vector<double> places, observations;
    for (const PackedCellPlaces& cell : map.cells()) {
        if (cell.own_count == 0) continue;
        ++s.served;
        s.observations += cell.observations;
        places.push_back(cell.own_count);
        observations.push_back(cell.observations);
        s.cells_of_few_observations += cell.observations < few_observations ? 1U : 0U;
        s.cells_of_few_days += cell.days < few_days ? 1U : 0U;
        s.thin_cells += is_thin(cell) ? 1U : 0U;
    }
    s.places_a_cell = quantiles_of(std::move(places));
    s.observations_a_cell = quantiles_of(std::move(observations));

    Box box;
    for (const PackedFingerprint& place : map.fingerprints()) box.include(to_geo(place.place));
    const auto squares = squares_of(map, box.south_west, LearntStatistics::square_m);
    s.squares = squares.size();
    s.thin_squares = static_cast<std::uint64_t>(std::ranges::count_if(
        squares, [](const Square& square) { return square.observations < LearntStatistics::thin_square; }));
    return s;
}

std::vector<Square> squares_of(const FingerprintMap& map, GeoPoint south_west, double side_m) {
    const LocalPlane plane(south_west);
    std::map<std::pair<std::int32_t, std::int32_t>, std::uint64_t> observations;
    for (const PackedFingerprint& place : map.fingerprints()) {
        const Offset at = plane.to_offset(to_geo(place.place));
        const auto of = [side_m](double metres) { return static_cast<std::int32_t>(std::floor(metres / side_m)); };
        observations[{of(at.north_m), of(at.east_m)}] += place.observations;
    }
    std::vector<Square> squares;
    squares.reserve(observations.size());
    for (const auto& [at, count] : observations) squares.push_back({at.second, at.first, count});
    return squares;
}

std::vector<FactorRange> describe_calibration(const Calibration& calibration) {
    constexpr double rounding = 0.006;  // a file has hundredths
    const Calibration built_in;
    std::vector<FactorRange> ranges;
    for (std::uint8_t basis = 0; basis < static_cast<std::uint8_t>(Basis::count_); ++basis) {
        FactorRange range{.basis = static_cast<Basis>(basis), .least = HUGE_VAL};
        constexpr std::size_t spreads = RadiusContext::spread_grades, supports = RadiusContext::support_grades;
        for (std::size_t i = 0; i < radio_names.size() * supports * spreads; ++i) {
            const RadiusContext context{.basis = range.basis,
                                        .radio = static_cast<Radio>(i / (supports * spreads)),
                                        .support = static_cast<std::uint8_t>(i / spreads % supports),
                                        .spread = static_cast<std::uint8_t>(i % spreads)};
            const RadiusRule rule = calibration.rule(context), usual = built_in.rule(context);
            range.least = std::min(range.least, rule.factor);
            range.greatest = std::max(range.greatest, rule.factor);
            range.floor_m = std::max(range.floor_m, rule.floor_m);
            const bool alike = std::abs(rule.factor - usual.factor) <= rounding && rule.floor_m == usual.floor_m;
            range.calibrated += alike ? 0U : 1U;
            ++range.contexts;
        }
        ranges.push_back(range);
    }
    return ranges;
}

}  // namespace simtrail::report
