#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/cells/fingerprint_map.hpp"
#include "engine/cells/fitted_sites.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail {

/// A place on the plane, and how far from its site the timing advance there says it is.
struct RangedPlace {
    Offset at;
    double distance_m = 0;
};

struct SiteFit {
    Offset site;
    double residual_m = 0;  // median
};

/// Where rings of these radii round these places meet: the least Huber residual, by Gauss and Newton's method with Levenberg's
/// damping from several starts. Nothing where too few places say so, where the rings do not meet within a step, where the
/// places lie in too narrow a sector, or where another place would do nearly as well (places along a line are as far from the
/// site as from its mirror image). `step_m`: of the timing advance. Depends on the order of places in the last bits only.
std::optional<SiteFit> fit_site(std::span<const RangedPlace> places, double step_m);

/// Sites, by the least key of their cells, whose place is known: they need no fit.
using IsKnownSite = std::function<bool(Radio radio, std::uint64_t site_key)>;

/// Fits the sites of all learnt cells that have timing advance. `cells` by radio and key, as in the file; each owns some of
/// `places`. Memory and time are bounded by some hundred places a site, chosen evenly.
std::vector<PackedSite> fit_sites(std::span<const PackedCellPlaces> cells, std::span<const PackedFingerprint> places,
                                  const IsKnownSite& is_known);

}  // namespace simtrail
