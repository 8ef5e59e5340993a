#include "engine/cells/cell_learner.hpp"

#include <algorithm>
#include <cmath>

#include "engine/cells/robust_centre.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail {

namespace {

/// Farther than a cell reaches (GSM's timing advance ends at 63 x 553.5 m), and than ten times what is usual for this one.
constexpr double macro_cell_reach_m = 35'000, unusual = 10;

/// The places that can be the cell's.
std::vector<FixedPoint> plausible(std::vector<FixedPoint> places) {
    const auto centre = median_centre(places);
    const auto distances = sorted_distances_m(centre, places);
    const double limit_m = std::max(macro_cell_reach_m, unusual * distances[distances.size() / 2]);
    std::erase_if(places, [&](FixedPoint place) { return distance_m(to_geo(centre), to_geo(place)) > limit_m; });
    return places;
}

}  // namespace

void CellLearner::Agreed::note(std::optional<std::uint32_t> seen) noexcept {
    if (!seen) return;
    contradicted = contradicted || (value && *value != *seen);
    value = seen;
}

std::optional<std::uint32_t> CellLearner::Agreed::get() const noexcept { return contradicted ? std::nullopt : value; }

bool CellLearner::observe(const CellIdentity& identity, std::optional<std::uint16_t> pci, GeoPoint place) {
    if (!simtrail::in_range(identity) || !simtrail::in_range(place) || place == GeoPoint{}) return false;
    auto& observed = radios_[static_cast<std::size_t>(identity.radio)][identity.key()];
    observed.identity = identity;
    observed.area.note(identity.area);
    observed.pci.note(pci);
    observed.places.push_back(to_fixed(place));
    ++observations_;
    return true;
}

CellRecord CellLearner::learn(const Observed& observed) {
    auto places = plausible(observed.places);
    if (places.empty()) places = observed.places;  // scattered beyond sense: two places far apart, say
    const auto centre = median_centre(places);
    const double spread_m = percentile_95(sorted_distances_m(centre, places));
    CellRecord record{.site = to_geo(centre), .area = observed.area.get(), .learnt = true};
    if (const auto pci = observed.pci.get()) record.pci = static_cast<std::uint16_t>(*pci);
    record.range_m = static_cast<std::uint32_t>(std::ceil(spread_m));
    record.samples = static_cast<std::uint32_t>(places.size());
    return record;
}

void CellLearner::learn_into(CellTableBuilder& builder) const {
    for (const auto& cells : radios_)
        for (const auto& [key, observed] : cells) {
            auto identity = observed.identity;
            identity.area = observed.area.get();  // mandatory ones are in the key, so they agree
            builder.add(identity, learn(observed));
        }
}

}  // namespace simtrail
