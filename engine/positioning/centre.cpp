#include "engine/positioning/centre.hpp"

#include <array>
#include <cmath>

#include "engine/cells/path_loss.hpp"

namespace simtrail {

namespace {

constexpr double softening_m = 15;
constexpr int rounds = 8;
constexpr double negligible = 1e-4;

struct Weighted {
    Offset at;
    double weight;
    double distance_m;
};

}  // namespace

Centre centre_of(Candidates& candidates) noexcept {
    std::array<Weighted, Candidates::capacity> items;
    std::size_t n = 0;
    const double best = candidates.best();
    Offset centre;
    double total = 0;
    for (Candidate& candidate : candidates.view()) {
        candidate.log_weight -= best;
        const double weight = quick_exp(candidate.log_weight);
        if (weight < negligible) continue;
        items[n++] = {candidate.at, weight, 0};
        centre = centre + weight * candidate.at;
        total += weight;
    }
    centre = (1 / total) * centre;
    for (int round = 0; round < rounds; ++round) {
        Offset sum;
        double pull = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double w = items[i].weight / std::sqrt(squared(items[i].at - centre) + softening_m * softening_m);
            sum = sum + w * items[i].at;
            pull += w;
        }
        centre = (1 / pull) * sum;
    }
    for (std::size_t i = 0; i < n; ++i)
        items[i].distance_m = std::sqrt(squared(items[i].at - centre) + softening_m * softening_m);
    std::sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(n),
              [](const Weighted& a, const Weighted& b) { return a.distance_m < b.distance_m; });
    Centre result{.at = centre};
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        sum += items[i].weight;
        if (sum <= 0.5 * total || i == 0) result.radius50_m = items[i].distance_m;
        if (sum <= 0.67 * total || i == 0) result.radius67_m = items[i].distance_m;
        result.radius95_m = items[i].distance_m;
        if (sum >= 0.95 * total) break;
    }
    return result;
}

}  // namespace simtrail
