#include "engine/positioning/sequence.hpp"

#include <cmath>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

/// A source of the step, with all that does not depend on where it leads worked out.
struct Source {
    double share = 0;
    Offset at, ahead;  // `ahead`: where going on leads
    Offset heading;    // unit vector
    bool moving = false;
};

/// exp(-way²/2s²)/s².
struct Bell {
    double peak, slope;
    explicit Bell(double spread_m) noexcept : peak(1 / (spread_m * spread_m)), slope(-1 / (2 * spread_m * spread_m)) {}
    double operator()(Offset way) const noexcept { return quick_exp(squared(way) * slope) * peak; }
};

Offset unit(Offset velocity) noexcept { return (1 / length_m(velocity)) * velocity; }

Source source_of(const Candidate& from, double seconds) noexcept {
    Source source{.share = quick_exp(from.log_weight), .at = from.at, .ahead = from.at, .heading = {}};
    if (!from.moving) return source;
    source.ahead = from.at + std::min(seconds, tuning.going_on_s) * from.velocity;
    source.heading = unit(from.velocity);
    source.moving = true;
    return source;
}

Offset heading_of(const Candidate& to) noexcept { return to.moving ? unit(to.velocity) : Offset{}; }

/// How likely a source leads to a place within the time of the step.
class Step {
   public:
    Step(double seconds, double anywhere) noexcept
        : near_(tuning.near_m + tuning.wander_mps * seconds),
          ahead_(tuning.near_m + tuning.drift_mps * seconds),
          anywhere_(anywhere) {}

    double operator()(const Source& from, const Candidate& to, Offset heading) const noexcept {
        double reach = near_(to.at - from.at);
        if (from.moving) reach = (1 - tuning.going_on) * reach + tuning.going_on * ahead_(to.at - from.ahead);
        reach += anywhere_;
        if (from.moving && to.moving) reach *= quick_exp(tuning.turning * (dot(from.heading, heading) - 1));
        return reach;
    }

   private:
    Bell near_, ahead_;
    double anywhere_;
};

constexpr double least_sum = 1e-300;

}  // namespace

void weigh_by_motion(Candidates& candidates, const Candidates& before, double seconds, double anywhere) noexcept {
    std::array<Source, Candidates::capacity> sources;
    std::size_t count = 0;
    for (const Candidate& from : before.view()) sources[count++] = source_of(from, seconds);
    const Step step(seconds, candidates.gapless() ? tuning.anywhere_on_squares : anywhere);
    for (Candidate& to : candidates.view()) {
        const Offset heading = heading_of(to);
        double sum = least_sum;
        for (std::size_t j = 0; j < count; ++j) sum += sources[j].share * step(sources[j], to, heading);
        to.log_weight += maths::logarithm(sum);
    }
}

void weigh_by_future(Candidates& candidates, const Candidates& after, double seconds) noexcept {
    struct Target {
        double share;
        Offset heading;
    };
    std::array<Target, Candidates::capacity> targets;
    std::size_t count = 0;
    for (const Candidate& to : after.view()) targets[count++] = {quick_exp(to.log_weight), heading_of(to)};
    const Step step(seconds, after.gapless() ? tuning.anywhere_on_squares : anywhere_with_hindsight);
    for (Candidate& candidate : candidates.view()) {
        const Source from = source_of(candidate, seconds);
        double sum = least_sum;
        for (std::size_t j = 0; j < count; ++j)
            sum += targets[j].share * step(from, after.view()[j], targets[j].heading);
        candidate.log_weight += maths::logarithm(sum);
    }
}

double log_reach(const Candidate& from, const Candidate& to, double seconds) noexcept {
    return maths::logarithm(Step(seconds, anywhere_with_hindsight)(source_of(from, seconds), to, heading_of(to)) +
                            least_sum);
}

void add_survivors(Candidates& candidates, const Candidates& before, double seconds, double penalty) noexcept {
    const double base = candidates.empty() ? 0 : candidates.best() - penalty;
    for (const Candidate& old : before.view()) {
        Candidate moved = old;
        if (old.moving) moved.at = old.at + std::min(seconds, tuning.going_on_s) * old.velocity;
        moved.log_weight = base;
        candidates.add(moved);
    }
}

}  // namespace simtrail
