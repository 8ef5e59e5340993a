#pragma once

#include <map>
#include <random>

#include "engine/cells/cell_record.hpp"
#include "engine/cells/fixed_point.hpp"
#include "engine/cells/packed_cell.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

using CellMap = std::map<CellIdentity, CellRecord>;

template <class Number>
Number random_below(std::mt19937_64& random, Number bound) {
    return static_cast<Number>(
        std::uniform_int_distribution<std::uint64_t>(0, static_cast<std::uint64_t>(bound) - 1)(random));
}

template <class Number>
std::optional<Number> perhaps(std::mt19937_64& random, Number value) {
    return random_below(random, 3U) == 0 ? std::nullopt : std::optional{value};
}

/// In range; from few networks and small and large numbers, so that neighbours in number come up. The area of an LTE or
/// NR cell follows from the cell, as keys do without it.
inline CellIdentity random_identity(std::mt19937_64& random) {
    const auto radio = static_cast<Radio>(random_below(random, 4U));
    const Plmn plmn{static_cast<std::uint16_t>(404 + random_below(random, 2U)),
                    random_below<std::uint16_t>(random, 1000)};
    const auto cell = random_below(random, random_below(random, 2U) == 0 ? 1000 : max_cell(radio) + 1);
    const bool in_key = radio == Radio::gsm || radio == Radio::umts;
    const auto area = in_key ? random_below(random, max_area(radio) + 1) : static_cast<std::uint32_t>(cell % 65'536);
    return {radio, plmn, area, cell};
}

/// With every optional there or not, and as the table gives it back: seven decimals, a class of samples.
inline CellRecord random_record(std::mt19937_64& random, const CellIdentity& identity) {
    const FixedPoint place{static_cast<std::int32_t>(random_below(random, 3'600'000'001) - 1'800'000'000),
                           static_cast<std::int32_t>(random_below(random, 1'800'000'001) - 900'000'000)};
    return {.site = to_geo(place),
            .area = identity.area,
            .pci = perhaps(random, random_below<std::uint16_t>(random, 1008)),
            .azimuth_deg = perhaps(random, random_below<std::uint16_t>(random, 360)),
            .beamwidth_deg = perhaps(random, static_cast<std::uint16_t>(1 + random_below(random, 360U))),
            .height_m = perhaps(random, random_below<std::uint16_t>(random, 255)),
            .eirp_dbm = perhaps(random, static_cast<std::int16_t>(random_below(random, 187) - 60)),
            .range_m = random_below(random, 65'536U),
            .samples = samples_of_class(random_below(random, 124U)),
            .learnt = random_below(random, 2U) == 1};
}

inline CellMap random_cells(std::mt19937_64& random, std::size_t size) {
    CellMap cells;
    while (cells.size() < size) {
        const auto identity = random_identity(random);
        cells.try_emplace(identity, random_record(random, identity));
    }
    return cells;
}

}  // namespace simtrail
