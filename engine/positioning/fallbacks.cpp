#include "engine/positioning/fallbacks.hpp"

#include <algorithm>
#include <array>

#include "engine/positioning/centre.hpp"

namespace simtrail {

Estimate at_centre(Candidates& candidates, const LocalPlane& plane, int rounds) noexcept {
    const Centre centre = centre_of(candidates, rounds);
    return {.place = plane.to_geo(centre.at), .spread_m = centre.radius95_m};
}

Estimate by_formula(const ClosedForm& form, Basis basis) noexcept {
    Estimate estimate{.place = form.place, .reasons = form.reasons, .spread_m = form.radius_m};
    estimate.context.basis = basis;
    return estimate;
}

Estimate moved_on(Candidates& candidates, const LocalPlane& plane, double seconds) noexcept {
    constexpr double wandering_mps = 10, longest_s = 20'000;
    constexpr std::array<double, 3> age_limits_s{10, 40, 160};
    Estimate estimate = at_centre(candidates, plane);
    estimate.spread_m += wandering_mps * std::min(seconds, longest_s);
    estimate.context.basis = Basis::moved_on;
    estimate.context.support = grade_of(seconds, age_limits_s);
    return estimate;
}

Estimate held_at(GeoPoint place, double radius_m, double seconds, Radio radio) noexcept {
    constexpr double lorry_speed_mps = 25, widest_m = 100'000;
    const double travelled_m = std::max(lorry_speed_mps * seconds, usual_range_m(radio));
    Estimate estimate{.place = place, .spread_m = std::min(radius_m + travelled_m, widest_m)};
    estimate.context.basis = Basis::surroundings;
    return estimate;
}

void Surest::offer(std::optional<Estimate> other) noexcept {
    if (!other) return;
    calibrate(*other, radio_, calibration_);
    if (!best_ || other->spread_m < best_->spread_m) best_ = other;
}

}  // namespace simtrail
