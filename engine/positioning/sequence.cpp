#include "engine/positioning/sequence.hpp"

#include <cmath>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/tuning.hpp"

namespace simtrail {

namespace {

double reach(const Candidate& from, const Candidate& to, double seconds) noexcept {
    const Offset way = to.at - from.at;
    const double still = tuning.near_m + tuning.wander_mps * seconds;
    const double c = from.moving ? tuning.going_on : 0;
    double sum = (1 - c) * quick_exp(-squared(way) / (2 * still * still)) / (still * still) + tuning.anywhere;
    if (from.moving) {
        const double going = tuning.near_m + tuning.drift_mps * seconds;
        const Offset left = way - std::min(seconds, tuning.going_on_s) * from.velocity;
        sum += c * quick_exp(-squared(left) / (2 * going * going)) / (going * going);
        if (to.moving) {
            const double turn =
                dot(from.velocity, to.velocity) / std::sqrt(squared(from.velocity) * squared(to.velocity));
            sum *= quick_exp(tuning.turning * (turn - 1));
        }
    }
    return sum;
}

}  // namespace

void weigh_by_motion(Candidates& candidates, const Candidates& before, double seconds) noexcept {
    std::array<double, Candidates::capacity> share{};
    const auto sources = before.view();
    for (std::size_t j = 0; j < sources.size(); ++j) share[j] = quick_exp(sources[j].log_weight);
    for (Candidate& to : candidates.view()) {
        double sum = 1e-300;
        for (std::size_t j = 0; j < sources.size(); ++j) sum += share[j] * reach(sources[j], to, seconds);
        to.log_weight += maths::logarithm(sum);
    }
}

void add_survivors(Candidates& candidates, const Candidates& before, double seconds) noexcept {
    const double base = candidates.empty() ? 0 : candidates.best() - tuning.survivor_penalty;
    for (const Candidate& old : before.view()) {
        Candidate moved = old;
        if (old.moving) moved.at = old.at + std::min(seconds, tuning.going_on_s) * old.velocity;
        moved.log_weight = base;
        candidates.add(moved);
    }
}

}  // namespace simtrail
