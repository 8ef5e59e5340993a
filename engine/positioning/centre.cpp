#include "engine/positioning/centre.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/maths/quick.hpp"

namespace simtrail {

namespace {

constexpr float softening_m = 15;
constexpr float negligible = 1e-4F;

/// The candidates that count, side by side for the loops over them.
class Weighted {
   public:
    void add(Offset at, float weight) noexcept {
        east_[size_] = static_cast<float>(at.east_m);
        north_[size_] = static_cast<float>(at.north_m);
        weight_[size_++] = weight;
    }

    Offset mean() const noexcept { return pulled(weight_); }

    /// One round of Weiszfeld's: the mean, each weighted by the inverse of its softened distance.
    Offset drawn_to(Offset centre) noexcept {
        std::array<float, Candidates::capacity> pull;
        const auto x = static_cast<float>(centre.east_m), y = static_cast<float>(centre.north_m);
        for (std::size_t i = 0; i < size_; ++i) pull[i] = weight_[i] * maths::quick_inverse_root(square(i, x, y));
        return pulled(pull);
    }

    /// The softened distance from the centre within which `share` of the weight lies.
    double quantile_m(Offset centre, float share) const noexcept {
        const auto x = static_cast<float>(centre.east_m), y = static_cast<float>(centre.north_m);
        std::array<std::pair<float, float>, Candidates::capacity> nearest{};  // squared distance, weight
        float wanted = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            nearest[i] = {square(i, x, y), weight_[i]};
            wanted += share * weight_[i];
        }
        std::sort(nearest.begin(), nearest.begin() + static_cast<std::ptrdiff_t>(size_));
        float sum = 0;
        std::size_t i = 0;
        while (i + 1 < size_ && (sum += nearest[i].second) < wanted) ++i;
        return std::sqrt(nearest[i].first);
    }

   private:
    float square(std::size_t i, float x, float y) const noexcept {
        const float dx = east_[i] - x, dy = north_[i] - y;
        return dx * dx + dy * dy + softening_m * softening_m;
    }
    Offset pulled(const std::array<float, Candidates::capacity>& by) const noexcept {
        float east = 0, north = 0, total = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            east += by[i] * east_[i];
            north += by[i] * north_[i];
            total += by[i];
        }
        return {east / total, north / total};
    }

    std::array<float, Candidates::capacity> east_, north_, weight_;
    std::size_t size_ = 0;
};

}  // namespace

Centre centre_of(Candidates& candidates, int rounds) noexcept {
    Weighted items;
    const double best = candidates.best();
    for (Candidate& candidate : candidates.view()) {
        candidate.log_weight -= best;
        const float weight = maths::quick_exp(static_cast<float>(candidate.log_weight));
        if (weight >= negligible) items.add(candidate.at, weight);
    }
    Offset centre = items.mean();
    for (int round = 0; round < rounds; ++round) centre = items.drawn_to(centre);
    return {.at = centre, .radius95_m = items.quantile_m(centre, 0.95F)};
}

}  // namespace simtrail
