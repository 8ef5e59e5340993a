#pragma once

#include <optional>

#include "engine/positioning/breadth.hpp"
#include "engine/positioning/candidates.hpp"
#include "engine/positioning/closed_form.hpp"
#include "engine/positioning/locator.hpp"

// What the position of the moment and that with hindsight have in common. None of these is calibrated yet but Surest's.

namespace simtrail {

/// Among weighted candidates: their centre and spread. Precondition: not empty. Normalises the weights.
Estimate at_centre(Candidates& candidates, const LocalPlane& plane, int rounds = full_breadth.rounds) noexcept;

Estimate by_formula(const ClosedForm& form, Basis basis) noexcept;

/// Among the candidates of another moment, `seconds` away, that were moved to this one: widened by wandering.
Estimate moved_on(Candidates& candidates, const LocalPlane& plane, double seconds) noexcept;

/// At the place of another moment, `seconds` away, widened by what a lorry drives in the meantime.
Estimate held_at(GeoPoint place, double radius_m, double seconds, Radio radio) noexcept;

/// Of the estimates offered for an event without candidates, the one of the least spread. Not of the least radius: how far the
/// worst of each kind were off on kept-out days does not say which of two is nearer.
class Surest {
   public:
    Surest(Radio radio, const Calibration& calibration) noexcept : radio_(radio), calibration_(calibration) {}

    void offer(std::optional<Estimate> other) noexcept;

    /// Nothing where nothing was offered.
    const std::optional<Estimate>& taken() const noexcept { return best_; }

   private:
    Radio radio_;
    const Calibration& calibration_;
    std::optional<Estimate> best_;
};

}  // namespace simtrail
