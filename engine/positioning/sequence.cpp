#include "engine/positioning/sequence.hpp"

#include <algorithm>
#include <array>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/quick.hpp"

namespace simtrail {

namespace {

constexpr float ln2 = 0.69314718F;
constexpr double most_course_mps = 100;

/// One end of a step, as a source or as what is led to.
struct End {
    float east_m, north_m;
    float ahead_east_m, ahead_north_m;  // where going on leads
    float heading_east, heading_north;  // unit vector, where `moving`
    float moving;                       // 1, or 0 where the velocity is not known
};

End end_of(const Candidate& candidate, double seconds) noexcept {
    Offset ahead = candidate.at, heading;
    if (candidate.moving) {
        ahead = candidate.at + std::min(seconds, tuning.going_on_s) * candidate.velocity;
        heading = (1 / length_m(candidate.velocity)) * candidate.velocity;
    }
    return {static_cast<float>(candidate.at.east_m), static_cast<float>(candidate.at.north_m),
            static_cast<float>(ahead.east_m),        static_cast<float>(ahead.north_m),
            static_cast<float>(heading.east_m),      static_cast<float>(heading.north_m),
            candidate.moving ? 1.0F : 0.0F};
}

/// The candidates at one end, side by side for the loops over them.
class Ends {
   public:
    Ends(const Candidates& candidates, double seconds) noexcept {
        for (const Candidate& candidate : candidates.view()) {
            const End end = end_of(candidate, seconds);
            share_[size_] = maths::quick_exp(static_cast<float>(candidate.log_weight));
            east_m_[size_] = end.east_m;
            north_m_[size_] = end.north_m;
            ahead_east_m_[size_] = end.ahead_east_m;
            ahead_north_m_[size_] = end.ahead_north_m;
            heading_east_[size_] = end.heading_east;
            heading_north_[size_] = end.heading_north;
            moving_[size_++] = end.moving;
            any_moving_ = any_moving_ || candidate.moving;
        }
    }

    bool any_moving() const noexcept { return any_moving_; }

    /// The natural logarithm of the mean of `of`, by share.
    template <class Of>
    double log_mean(Of of) const noexcept {
        constexpr float least = 1e-37F;
        std::array<float, Candidates::capacity> terms;
        for (std::size_t j = 0; j < size_; ++j)
            terms[j] = share_[j] * of(End{east_m_[j], north_m_[j], ahead_east_m_[j], ahead_north_m_[j],
                                          heading_east_[j], heading_north_[j], moving_[j]});
        float sum = least;
        for (std::size_t j = 0; j < size_; ++j) sum += terms[j];
        return double{ln2 * maths::quick_log2(sum)};
    }

   private:
    using Numbers = std::array<float, Candidates::capacity>;
    Numbers share_, east_m_, north_m_, ahead_east_m_, ahead_north_m_, heading_east_, heading_north_, moving_;
    std::size_t size_ = 0;
    bool any_moving_ = false;
};

/// exp(-d²/2s²)/s² of a squared distance.
struct Bell {
    float peak, slope;
    explicit Bell(double spread_m) noexcept
        : peak(static_cast<float>(1 / (spread_m * spread_m))),
          slope(static_cast<float>(-1 / (2 * spread_m * spread_m))) {}
    float operator()(float east_m, float north_m) const noexcept {
        return peak * maths::quick_exp(slope * (east_m * east_m + north_m * north_m));
    }
};

/// How likely a source leads to a place within the time of the step.
class Step {
   public:
    Step(double seconds, const Tuning::Walk& walk, bool on_squares) noexcept
        : Step(seconds, on_squares ? walk.on_squares : walk.among_places,
               on_squares ? tuning.course_drift_mps : tuning.drift_mps,
               on_squares ? tuning.course_going_on : tuning.going_on) {}

    /// Where nobody's velocity is known.
    float wandering(const End& from, const End& to) const noexcept {
        return near_(to.east_m - from.east_m, to.north_m - from.north_m) + anywhere_;
    }

    float operator()(const End& from, const End& to) const noexcept {
        const auto turning = static_cast<float>(tuning.turning);
        const float stays = near_(to.east_m - from.east_m, to.north_m - from.north_m);
        const float goes_on = ahead_(to.east_m - from.ahead_east_m, to.north_m - from.ahead_north_m);
        const float reach = stays + from.moving * going_on_ * (goes_on - stays) + anywhere_;
        const float cosine = from.heading_east * to.heading_east + from.heading_north * to.heading_north;
        return reach * maths::quick_exp(from.moving * to.moving * turning * (cosine - 1));
    }

   private:
    Step(double seconds, const Tuning::Stray& stray, double drift_mps, double going_on) noexcept
        : near_(tuning.near_m + stray.wander_mps * seconds),
          ahead_(tuning.near_m + drift_mps * seconds),
          anywhere_(static_cast<float>(stray.anywhere)),
          going_on_(static_cast<float>(going_on)) {}

    Bell near_, ahead_;
    float anywhere_, going_on_;
};

/// What the middle went on with; nothing where it stood.
Offset course_of(const Candidates& before) noexcept {
    if (before.empty()) return {};
    const Candidate& likeliest = before.view().front();
    return likeliest.moving ? likeliest.velocity : Offset{};
}

struct Middle {
    Offset at;
    double variance_m2 = 0;  // of both axes together
};

/// Precondition: not empty.
Middle middle_of(const Candidates& candidates) noexcept {
    const double best = candidates.best();
    Offset sum;
    double total = 0, squares = 0;
    for (const Candidate& candidate : candidates.view()) {
        const double weight = quick_exp(candidate.log_weight - best);
        sum = sum + weight * candidate.at;
        squares += weight * squared(candidate.at);
        total += weight;
    }
    const Offset at = (1 / total) * sum;
    return {at, std::max(squares / total - squared(at), 0.0)};
}

/// 1 up to `least`, falling to `tuning.least_trust` at `most`.
double trust_at(double value, double least, double most) noexcept {
    return std::clamp(1 - (value - least) / (most - least), tuning.least_trust, 1.0);
}

double trust_at_speed_of(const Candidates& before) noexcept {
    return trust_at(length_m(course_of(before)), tuning.sure_course_mps, tuning.lost_course_mps);
}

/// Squares speak softly: step by step they would leave behind whoever is fast, or turns. So what came before counts less the
/// faster the course, and the less it expected what the squares say.
double trust_in(const Candidates& before, const Candidates& squares, double seconds, double wander_mps) noexcept {
    const Middle now = middle_of(squares), then = middle_of(before);
    const Offset expected = then.at + std::min(seconds, tuning.going_on_s) * course_of(before);
    const double strayed_m = tuning.near_m + wander_mps * seconds;
    const double odds = squared(now.at - expected) / (now.variance_m2 + then.variance_m2 + 2 * strayed_m * strayed_m);
    return std::min(trust_at_speed_of(before), trust_at(odds, tuning.usual_odds, tuning.great_odds));
}

}  // namespace

void weigh_by_motion(Candidates& candidates, const Candidates& before, double seconds,
                     const Tuning::Walk& walk) noexcept {
    const Ends sources(before, seconds);
    const Step step(seconds, walk, candidates.gapless());
    const double trust = candidates.gapless() ? trust_in(before, candidates, seconds, walk.on_squares.wander_mps) : 1;
    for (Candidate& candidate : candidates.view()) {
        const End to = end_of(candidate, seconds);
        candidate.log_weight +=
            trust * (sources.any_moving()
                         ? sources.log_mean([&](const End& from) { return step(from, to); })
                         : sources.log_mean([&](const End& from) { return step.wandering(from, to); }));
    }
}

void set_course(Candidates& squares, const Candidates& before, double seconds) noexcept {
    if (before.empty()) return;
    const Offset course = course_of(before), gone = middle_of(squares).at - middle_of(before).at;
    const Offset velocity = course + (1 / (seconds + tuning.course_s)) * (gone - seconds * course);
    const double speed_mps = length_m(velocity);
    if (speed_mps < tuning.least_course_mps || speed_mps > most_course_mps) return;
    for (Candidate& square : squares.view()) {
        square.velocity = velocity;
        square.moving = true;
    }
}

void weigh_by_future(Candidates& candidates, const Candidates& after, double seconds) noexcept {
    const Ends targets(after, seconds);
    const Step step(seconds, tuning.with_hindsight, after.gapless());
    const double trust = after.gapless() ? trust_at_speed_of(candidates) : 1;
    for (Candidate& candidate : candidates.view()) {
        const End from = end_of(candidate, seconds);
        candidate.log_weight += trust * targets.log_mean([&](const End& to) { return step(from, to); });
    }
}

double log_reach(const Candidate& from, const Candidate& to, double seconds) noexcept {
    const float reach = Step(seconds, tuning.with_hindsight, false)(end_of(from, seconds), end_of(to, seconds));
    return double{ln2 * maths::quick_log2(reach)};
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
