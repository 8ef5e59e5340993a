#include "engine/positioning/hindsight.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <tuple>

#include "engine/positioning/closed_form.hpp"
#include "engine/positioning/fallbacks.hpp"
#include "engine/positioning/motion_filter.hpp"
#include "engine/positioning/sequence.hpp"
#include "engine/positioning/snapshot.hpp"
#include "engine/positioning/tuning.hpp"

namespace simtrail {

namespace {

/// The likeliest candidates of an event that stay in mind, and of these the ones that ways between events are drawn from.
constexpr std::size_t most_candidates = 40, most_ends = 12;
constexpr double negligible = -12;  // natural logarithm below the best

double seconds_between(std::int64_t from_ms, std::int64_t to_ms) noexcept {
    return static_cast<double>(to_ms - from_ms) / 1000;
}

/// An event that has candidates: a column of the trellis.
struct Column {
    std::size_t event = 0;
    std::int64_t at_ms = 0;
    LocalPlane plane;
    Basis basis{};
    std::uint8_t support = 0;
    bool at_serving_cell = false;
    bool sparse = false;
    bool gapless = false;               // as Candidates has it
    bool repeats = false;               // another column: the ways go past it
    std::vector<Candidate> candidates;  // weighed by the event alone
    std::vector<double> forward;        // log of the share of the ways that lead there
    std::vector<double> backward;       // log of how well the rest follows from there
};

/// The column's candidates with other weights, on a plane.
Candidates weighed(const Column& column, std::span<const double> log_weights, const LocalPlane& plane) noexcept {
    Candidates result;
    if (column.gapless) result.set_gapless();
    const Offset shift = plane.to_offset(column.plane.origin());
    for (std::size_t i = 0; i < column.candidates.size(); ++i) {
        Candidate candidate = column.candidates[i];
        candidate.at = candidate.at + shift;
        candidate.log_weight = log_weights[i];
        result.add(candidate);
    }
    return result;
}

/// Log weights, so that the best is 0: sums of exponentials stay in range.
std::vector<double> levelled(std::span<const Candidate> items) {
    double best = -1e300;
    for (const Candidate& candidate : items) best = std::max(best, candidate.log_weight);
    std::vector<double> weights;
    for (const Candidate& candidate : items) weights.push_back(candidate.log_weight - best);
    return weights;
}

/// The candidates as the forward pass left them, weighed by the event alone.
std::vector<Candidate> with_weights_of(const Candidates& event, const Candidates& reached) {
    std::vector<Candidate> items(reached.view().begin(), reached.view().end());
    for (std::size_t i = 0; i < items.size(); ++i) items[i].log_weight = event.view()[i].log_weight;
    return items;
}

std::vector<double> posterior(const Column& column) {
    std::vector<double> sum(column.forward);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += column.backward[i];
    return sum;
}

/// Lets go of what the event does not bear out.
void prune(Snapshot& snapshot) {
    Candidates& candidates = snapshot.candidates;
    std::vector<std::size_t> order(candidates.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const double best = candidates.best();
    const auto weight = [&](std::size_t i) { return candidates.view()[i].log_weight; };
    std::ranges::sort(
        order, [&](std::size_t a, std::size_t b) { return weight(a) != weight(b) ? weight(a) > weight(b) : a < b; });
    Candidates kept;
    if (candidates.gapless()) kept.set_gapless();
    // Squares without the less likely ones among them would be surer of themselves than they may be.
    const std::size_t ring = snapshot.has_ring ? most_ring_points : 0;  // a part of it would point somewhere
    const std::size_t most = candidates.gapless() ? order.size() : most_candidates + ring;
    for (std::size_t i = 0; i < std::min(order.size(), most) && weight(order[i]) >= best + negligible; ++i)
        kept.add(candidates.view()[order[i]]);
    candidates = kept;
}

class Trellis {
   public:
    Trellis(std::span<const CellEvent> events, const CellTable& cells) : events_(events), cells_(cells) {
        order_.resize(events.size());
        for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
        const auto rank = [&](std::size_t i) {
            return std::tuple(events[i].ts_ms, events[i].serving.radio, events[i].serving.key(), i);
        };
        std::ranges::sort(order_, {}, rank);
        go_forward();
        go_backward();
    }

    std::vector<std::optional<Estimate>> estimates() const {
        std::vector<std::optional<Estimate>> found = located();
        hold(found);
        MotionFilter motion;
        for (std::size_t place = 0; place < order_.size(); ++place) {
            std::optional<Estimate>& estimate = found[order_[place]];
            if (place > 0 && repeats(place))
                estimate = found[order_[place - 1]];
            else if (estimate)
                finish(*estimate, events_[order_[place]], motion);
        }
        return found;
    }

   private:
    /// By the columns and by formula; of repeated events the first.
    std::vector<std::optional<Estimate>> located() const {
        std::vector<std::optional<Estimate>> found(events_.size());
        std::size_t next = 0;  // the first column that is not before the event
        for (std::size_t place = 0; place < order_.size(); ++place) {
            if (place > 0 && repeats(place)) continue;
            const std::size_t index = order_[place];
            const bool own = next < columns_.size() && columns_[next].event == index;
            found[index] = own ? of_column(columns_[next++]) : between(events_[index], next);
        }
        return found;
    }

    /// What nothing else locates is where the nearest located event was: of two as near, the earlier.
    void hold(std::vector<std::optional<Estimate>>& found) const {
        std::vector<std::size_t> held, located;  // in time
        for (std::size_t place = 0; place < order_.size(); ++place)
            if (place == 0 || !repeats(place)) (found[order_[place]] ? located : held).push_back(order_[place]);
        std::size_t after = 0;  // in `located`, the first that is not before the event
        for (const std::size_t index : held) {
            const CellEvent& event = events_[index];
            while (after < located.size() && events_[located[after]].ts_ms < event.ts_ms) ++after;
            const auto seconds_to = [&](std::size_t i) {
                return i < located.size() ? std::fabs(seconds_between(events_[located[i]].ts_ms, event.ts_ms))
                                          : forgotten_s + 1;
            };
            const std::size_t before = after - 1;  // beyond all where there is none
            const std::size_t nearest = seconds_to(before) <= seconds_to(after) ? before : after;
            if (seconds_to(nearest) <= forgotten_s)
                found[index] = held_near(*found[located[nearest]], event, seconds_to(nearest));
        }
    }

    Estimate held_near(const Estimate& nearest, const CellEvent& event, double seconds) const {
        Estimate estimate = held_at(nearest.place, nearest.radius_m, seconds, event.serving.radio);
        estimate.reasons.add(ErrorReason::unknown_cell);
        calibrate(estimate, event.serving.radio, cells_.hindsight_calibration());
        return estimate;
    }

    bool repeats(std::size_t place) const noexcept {
        const CellEvent &event = events_[order_[place]], &before = events_[order_[place - 1]];
        return event.ts_ms == before.ts_ms && event.serving.radio == before.serving.radio &&
               event.serving.key() == before.serving.key();
    }

    void go_forward() {
        CellHistory history;
        for (std::size_t place = 0; place < order_.size(); ++place) {
            if (place > 0 && repeats(place)) continue;
            const CellEvent& event = events_[order_[place]];
            auto snapshot = snapshot_of(event, cells_, history);
            if (snapshot) add_column(order_[place], *snapshot, history);
            // An event before all that say where is a point only where it came late: it leaves nothing behind.
            if (!columns_.empty() || cells_.find(event.serving)) history.advance(event);
        }
    }

    void add_column(std::size_t index, Snapshot& snapshot, const CellHistory& history) {
        const CellEvent& event = events_[index];
        const auto last = std::ranges::find(columns_.rbegin(), columns_.rend(), false, &Column::repeats);
        const Column* before = last == columns_.rend() ? nullptr : &*last;
        const double seconds = before == nullptr ? 0 : seconds_between(before->at_ms, event.ts_ms);
        const bool follows = before != nullptr && seconds <= forgotten_s;
        Candidates past;
        bool repeats = false;
        if (follows) {
            past = weighed(*before, before->forward, snapshot.plane);
            repeats = is_repetition(snapshot, event, history, seconds);
            if (snapshot.basis == Basis::learnt_site)
                add_survivors(snapshot.candidates, past, seconds, tuning.with_hindsight.survivor_penalty);
        }
        prune(snapshot);
        Candidates reached = snapshot.candidates;
        if (follows) {
            weigh_by_motion(reached, past, seconds, tuning.with_hindsight);
            if (reached.gapless()) set_course(reached, past, seconds);
        }
        columns_.push_back({.event = index,
                            .at_ms = event.ts_ms,
                            .plane = snapshot.plane,
                            .basis = snapshot.basis,
                            .support = snapshot.support,
                            .at_serving_cell = snapshot.at_serving_cell,
                            .sparse = snapshot.sparse,
                            .gapless = snapshot.candidates.gapless(),
                            .repeats = repeats,
                            .candidates = with_weights_of(snapshot.candidates, reached),
                            .forward = levelled(reached.view()),
                            .backward = {}});
    }

    void go_backward() {
        const Column* after = nullptr;  // the next one that repeats none
        for (Column& column : std::views::reverse(columns_)) {
            look_ahead(column, after);
            if (!column.repeats) after = &column;
        }
    }

    static void look_ahead(Column& column, const Column* after) {
        column.backward.assign(column.candidates.size(), 0);
        const double seconds = after == nullptr ? forgotten_s + 1 : seconds_between(column.at_ms, after->at_ms);
        if (seconds > forgotten_s) return;
        Candidates here = weighed(column, column.backward, column.plane);
        std::vector<double> there(after->backward);
        for (std::size_t j = 0; j < there.size(); ++j) there[j] += after->candidates[j].log_weight;
        Candidates future = weighed(*after, there, column.plane);
        const double best = future.best();
        for (Candidate& candidate : future.view()) candidate.log_weight -= best;
        weigh_by_future(here, future, seconds);
        column.backward = levelled(here.view());
    }

    Estimate of_column(const Column& column) const {
        Candidates candidates = weighed(column, posterior(column), column.plane);
        Estimate estimate = at_centre(candidates, column.plane);
        estimate.context.basis = column.basis;
        estimate.context.support = column.support;
        if (!column.at_serving_cell && !cells_.find(events_[column.event].serving))
            estimate.reasons.add(ErrorReason::unknown_cell);
        if (column.sparse) estimate.reasons.add(ErrorReason::sparse_cell);
        calibrate(estimate, events_[column.event].serving.radio, cells_.hindsight_calibration());
        return estimate;
    }

    /// Of an event without candidates, the surest of what is left.
    std::optional<Estimate> between(const CellEvent& event, std::size_t next) const {
        const auto serving = cells_.find(event.serving);
        Surest surest(event.serving.radio, cells_.hindsight_calibration());
        surest.offer(on_the_way(event, next));
        if (serving)
            surest.offer(by_formula(at_known_cell(event, *serving, cells_), Basis::site));
        else if (const auto form = without_serving_cell(event, cells_))
            surest.offer(by_formula(*form, Basis::surroundings));
        auto estimate = surest.taken();
        if (estimate && !serving) estimate->reasons.add(ErrorReason::unknown_cell);
        return estimate;
    }

    std::optional<Estimate> on_the_way(const CellEvent& event, std::size_t next) const {
        const Column* before = next > 0 ? &columns_[next - 1] : nullptr;
        const Column* after = next < columns_.size() ? &columns_[next] : nullptr;
        const double since = before ? seconds_between(before->at_ms, event.ts_ms) : forgotten_s + 1;
        const double until = after ? seconds_between(event.ts_ms, after->at_ms) : forgotten_s + 1;
        const bool from_before = since <= forgotten_s, from_after = until <= forgotten_s;
        if (!from_before && !from_after) return std::nullopt;
        const LocalPlane plane = (from_before ? before : after)->plane;
        Candidates candidates;
        if (from_before && from_after && since + until <= forgotten_s)
            candidates = ways_between(*before, *after, since / std::max(since + until, 1e-3), plane);
        else
            candidates = since <= until ? moved(*before, since, plane) : moved(*after, -until, plane);
        return moved_on(candidates, plane, std::min(since, until));
    }

    static Candidates moved(const Column& column, double seconds, const LocalPlane& plane) {
        Candidates candidates = weighed(column, posterior(column), plane);
        for (Candidate& candidate : candidates.view())
            if (candidate.moving)
                candidate.at =
                    candidate.at + std::clamp(seconds, -tuning.going_on_s, tuning.going_on_s) * candidate.velocity;
        return candidates;
    }

    /// The likeliest few, best first.
    static std::vector<Candidate> ends(Candidates candidates) {
        std::vector<Candidate> items(candidates.view().begin(), candidates.view().end());
        const auto count = static_cast<std::ptrdiff_t>(std::min(items.size(), most_ends));
        std::ranges::partial_sort(items, items.begin() + count, [](const Candidate& a, const Candidate& b) {
            if (a.log_weight != b.log_weight) return a.log_weight > b.log_weight;
            return a.at.east_m != b.at.east_m ? a.at.east_m < b.at.east_m : a.at.north_m < b.at.north_m;
        });
        items.resize(static_cast<std::size_t>(count));
        return items;
    }

    static Candidates ways_between(const Column& before, const Column& after, double share, const LocalPlane& plane) {
        const double seconds = seconds_between(before.at_ms, after.at_ms);
        const auto from = ends(weighed(before, posterior(before), plane));
        const auto to = ends(weighed(after, posterior(after), plane));
        Candidates ways;
        for (const Candidate& a : from)
            for (const Candidate& b : to)
                ways.add({.at = a.at + share * (b.at - a.at),
                          .velocity = {},
                          .log_weight = a.log_weight + b.log_weight + log_reach(a, b, seconds)});
        return ways;
    }

    static void finish(Estimate& estimate, const CellEvent& event, MotionFilter& motion) {
        estimate.reasons.add(motion.judge(event, {event.ts_ms, estimate.place, estimate.radius_m}));
        grade(estimate, event);
        motion.advance(event, point_of(estimate, event, 0), Belief{});
    }

    std::span<const CellEvent> events_;
    const CellTable& cells_;
    std::vector<std::size_t> order_;  // of the events, in time
    std::vector<Column> columns_;
};

}  // namespace

std::vector<std::optional<Estimate>> look_back(std::span<const CellEvent> events, const CellTable& cells) {
    return Trellis(events, cells).estimates();
}

bool has_candidates(const CellEvent& event, const CellTable& cells) noexcept {
    return cells.fingerprints().find(event.serving.radio, event.serving.key()) || cells.find(event.serving);
}

}  // namespace simtrail
