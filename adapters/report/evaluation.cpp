#include "adapters/report/evaluation.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "engine/maths/geodesy.hpp"

namespace simtrail::report {

namespace {

using Points = std::vector<TracePoint>;

double quantile(const std::vector<double>& sorted, double fraction) noexcept {
    const auto index = static_cast<std::size_t>(fraction * static_cast<double>(sorted.size()));
    return sorted[std::min(sorted.size() - 1, index)];
}

template <class Included>
std::optional<Accuracy> accuracy_of(std::span<const Answer> answers, Included included) {
    std::vector<double> errors, radii;
    std::size_t inside = 0;
    for (const Answer& answer : answers) {
        if (!included(answer)) continue;
        errors.push_back(answer.error_m);
        radii.push_back(answer.point.accuracy_m);
        if (answer.inside_radius()) ++inside;
    }
    if (errors.empty()) return std::nullopt;
    std::ranges::sort(errors);
    std::ranges::sort(radii);
    return Accuracy{errors.size(),          quantile(errors, 0.5),
                    quantile(errors, 0.67), quantile(errors, 0.9),
                    quantile(errors, 0.95), static_cast<double>(inside) / static_cast<double>(errors.size()),
                    quantile(radii, 0.5)};
}

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

std::optional<Answer> answer_to(const Truth& truth, const Points& points) {
    const auto later = std::ranges::upper_bound(points, truth.ts_ms, {}, &TracePoint::tis_ms);
    if (later == points.begin()) return std::nullopt;
    const TracePoint& newest = *std::prev(later);
    return Answer{truth, newest, distance_m(newest.position(), truth.position)};
}

}  // namespace

Evaluation evaluate(TraceSource& source, std::span<const Truth> truths) {
    Evaluation result;
    result.truths = truths.size();
    const auto points = points_by_subscriber(source, truths);
    for (const Truth& truth : truths)
        if (auto answer = answer_to(truth, points.at(truth.msisdn))) result.answers.push_back(*answer);

    result.all = accuracy_of(result.answers, [](const Answer&) { return true; });
    for (std::size_t i = 0; i < confidence_names.size(); ++i)
        result.by_confidence[i] = accuracy_of(result.answers, [i](const Answer& answer) {
            return answer.point.confidence == static_cast<Confidence>(i);
        });
    for (const Answer& answer : result.answers)
        for (std::size_t i = 0; i < result.by_reason.size(); ++i)
            if (answer.point.reasons.has(static_cast<ErrorReason>(i))) ++result.by_reason[i];
    return result;
}

}  // namespace simtrail::report
