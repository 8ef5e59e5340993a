#include "adapters/report/evaluation.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "engine/maths/geodesy.hpp"

namespace simtrail::report {

namespace {

using Points = std::vector<TracePoint>;

/// All points of each subscriber that has truths, in the order in which a later one supersedes.
std::unordered_map<Msisdn, Points> points_by_subscriber(TraceSource& source, std::span<const Truth> truths) {
    std::unordered_map<Msisdn, Points> points;
    for (const Truth& truth : truths) points.try_emplace(truth.msisdn);
    for (const TrackInfo& track : source.tracks()) {
        const auto subscriber = points.find(track.msisdn);
        if (subscriber == points.end()) continue;
        const Points trace = source.trace(track.number);
        subscriber->second.insert(subscriber->second.end(), trace.begin(), trace.end());
    }
    for (auto& subscriber : points)
        std::ranges::sort(subscriber.second, {}, [](const TracePoint& point) {
            return std::tuple(point.tis_ms, point.seq, point.lat_e5, point.lon_e5, point.accuracy_m);
        });
    return points;
}

std::optional<Answer> answer_to(const Truth& truth, std::size_t number, const Points& points) {
    const auto later = std::ranges::upper_bound(points, truth.ts_ms, {}, &TracePoint::tis_ms);
    if (later == points.begin()) return std::nullopt;
    const TracePoint& newest = *std::prev(later);
    return Answer{truth, newest, distance_m(newest.position(), truth.position), number};
}

void sum_up(Evaluation& evaluation) {
    AnswerList all;
    all.reserve(evaluation.answers.size());
    for (const Answer& answer : evaluation.answers) all.push_back(&answer);
    evaluation.all = accuracy_of(all);
    evaluation.contexts = contexts_of(evaluation.answers);
}

}  // namespace

Evaluation evaluate(TraceSource& source, std::span<const Truth> truths, std::string name) {
    Evaluation result{.name = std::move(name), .truths = truths.size()};
    const auto points = points_by_subscriber(source, truths);
    for (std::size_t i = 0; i < truths.size(); ++i)
        if (auto answer = answer_to(truths[i], i, points.at(truths[i].msisdn))) result.answers.push_back(*answer);
    sum_up(result);
    return result;
}

Evaluation pooled(std::vector<Evaluation> sets) {
    if (sets.size() == 1) return std::move(sets.front());
    Evaluation result;
    for (const Evaluation& set : sets) {
        for (Answer answer : set.answers) {
            answer.truth_number += result.truths;
            result.answers.push_back(answer);
        }
        result.truths += set.truths;
    }
    sum_up(result);
    result.sets = std::move(sets);
    return result;
}

}  // namespace simtrail::report
