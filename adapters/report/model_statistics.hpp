#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/report/accuracy.hpp"
#include "adapters/report/projection.hpp"
#include "engine/cells/cell_table.hpp"

namespace simtrail::report {

/// What a cell table or model knows of its cells.
struct CellStatistics {
    struct OfRadio {
        std::uint64_t surveyed = 0, learnt = 0;  // `site` is an antenna, or where phones were
    };
    std::uint64_t cells = 0, areas = 0, bytes = 0;
    std::uint64_t with_azimuth = 0, with_height = 0, with_range = 0, learnt = 0;
    std::array<OfRadio, radio_names.size()> radios{};
    std::map<std::pair<Radio, Plmn>, std::uint64_t> networks;
    Box box;

    double share(std::uint64_t part) const noexcept {
        return cells == 0 ? 0 : static_cast<double>(part) / static_cast<double>(cells);
    }
};

CellStatistics describe_cells(const CellTable& table);

/// A learnt cell that few observations stand behind, or a single part of the training (of days, or drives).
bool is_thin(const PackedCellPlaces& cell) noexcept;
inline constexpr std::uint32_t few_observations = 20;
inline constexpr std::uint16_t few_days = 2;

/// A square of ground and how often phones were observed in it.
struct Square {
    std::int32_t east = 0, north = 0;  // sides from the south-west corner
    std::uint64_t observations = 0;    // at least: a place tells 255 at most
};

/// What was learnt, and where it is thin.
struct LearntStatistics {
    static constexpr double square_m = 250;
    static constexpr std::uint64_t thin_square = 3;  // fewer observations than that may be one passing car

    std::uint64_t places = 0, observations = 0;
    std::uint64_t cells = 0, served = 0;  // heard at all; with places they served
    std::uint64_t cells_of_few_observations = 0, cells_of_few_days = 0, thin_cells = 0;  // of those that served
    Quantiles places_a_cell, observations_a_cell;                                        // of those that served
    std::uint64_t squares = 0, thin_squares = 0;

    double covered_km2() const noexcept { return static_cast<double>(squares) * square_m * square_m / 1e6; }
};

/// Nothing where nothing was learnt.
std::optional<LearntStatistics> describe_learnt(const FingerprintMap& map);

/// The squares that have places, by (north, east). `side_m` above 0.
std::vector<Square> squares_of(const FingerprintMap& map, GeoPoint south_west, double side_m);

/// The radius rules of one kind of evidence: the model's least and greatest factor, its greatest floor, and how many of its
/// contexts have others than the built-in ones.
struct FactorRange {
    Basis basis{};
    double least = 0, greatest = 0, floor_m = 0;
    std::size_t contexts = 0, calibrated = 0;
};
std::vector<FactorRange> describe_calibration(const Calibration& calibration);

}  // namespace simtrail::report
