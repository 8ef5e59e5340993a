#include "engine/cells/cell_learner.hpp"

#include <algorithm>
#include <cmath>

#include "engine/cells/robust_centre.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail {

namespace {

/// Farther than a cell reaches (GSM's timing advance ends at 63 x 553.5 m), and than ten times what is usual for this one.
constexpr double macro_cell_reach_m = 35'000, unusual = 10;

}  // namespace

void CellLearner::Agreed::note(std::optional<std::uint32_t> seen) noexcept {
    if (!seen) return;
    contradicted = contradicted || (value && *value != *seen);
    value = seen;
}

std::optional<std::uint32_t> CellLearner::Agreed::get() const noexcept { return contradicted ? std::nullopt : value; }

bool CellLearner::observe(const CellIdentity& identity, std::optional<std::uint16_t> pci, GeoPoint place,
                          std::uint8_t part) {
    if (!simtrail::in_range(identity) || !simtrail::in_range(place) || place == GeoPoint{}) return false;
    auto& observed = radios_[static_cast<std::size_t>(identity.radio)][identity.key()];
    observed.identity = identity;
    observed.area.note(identity.area);
    observed.pci.note(pci);
    observed.places.push_back(to_fixed(place));
    observed.parts.push_back(part);
    ++observations_;
    return true;
}

bool CellLearner::Reach::holds(FixedPoint place) const { return distance_m(to_geo(centre), to_geo(place)) <= limit_m; }

CellLearner::Reach CellLearner::reach_of(std::vector<FixedPoint> places) {
    const auto centre = median_centre(places);
    const auto distances = sorted_distances_m(centre, places);
    return {centre, std::max(macro_cell_reach_m, unusual * distances[distances.size() / 2])};
}

bool CellLearner::is_plausible(const CellIdentity& identity, GeoPoint place) const {
    const auto& cells = radios_[static_cast<std::size_t>(identity.radio)];
    const auto found = cells.find(identity.key());
    if (found == cells.end()) return false;
    const Observed& observed = found->second;
    if (!observed.reach) observed.reach = reach_of(observed.places);
    return observed.reach->holds(to_fixed(place));
}

std::vector<FixedPoint> CellLearner::Observed::places_of(const IncludesPart& includes) const {
    std::vector<FixedPoint> kept;
    kept.reserve(places.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        if (!includes || includes(parts[i])) kept.push_back(places[i]);
    return kept;
}

CellRecord CellLearner::learn(const Observed& observed, std::vector<FixedPoint> all) {
    const Reach reach = reach_of(all);
    auto places = all;
    std::erase_if(places, [&](FixedPoint place) { return !reach.holds(place); });
    if (places.empty()) places = std::move(all);  // scattered beyond sense: two places far apart, say
    const auto centre = median_centre(places);
    const double spread_m = percentile_95(sorted_distances_m(centre, places));
    CellRecord record{.site = to_geo(centre), .area = observed.area.get(), .learnt = true};
    if (const auto pci = observed.pci.get()) record.pci = static_cast<std::uint16_t>(*pci);
    record.range_m = static_cast<std::uint32_t>(std::ceil(spread_m));
    record.samples = static_cast<std::uint32_t>(places.size());
    return record;
}

void CellLearner::learn_into(CellTableBuilder& builder, const IncludesPart& includes) const {
    for (const auto& cells : radios_)
        for (const auto& [key, observed] : cells) {
            auto places = observed.places_of(includes);
            if (places.empty()) continue;
            auto identity = observed.identity;
            identity.area = observed.area.get();  // mandatory ones are in the key, so they agree
            builder.add(identity, learn(observed, std::move(places)));
        }
}

}  // namespace simtrail
