#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "adapters/report/truth_file.hpp"
#include "engine/tracing/trace_point.hpp"

namespace simtrail::report {

/// What a trace answered at a truth's time.
struct Answer {
    Truth truth;
    TracePoint point;
    double error_m = 0;
    std::size_t truth_number = 0;  // which of the truths, from 0

    bool inside_radius() const noexcept { return error_m <= point.accuracy_m; }
    /// The error in parts of the stated radius.
    double error_over_radius() const noexcept;
    /// Radius + 20 * (error beyond it); `Accuracy::radius_score_m` is the mean.
    double radius_score_m() const noexcept;
    double age_s() const noexcept { return static_cast<double>(truth.ts_ms - point.tis_ms) / 1000; }
};

/// What a stated 95 % radius promises of the shares between: errors in parts of it are taken for exponentially distributed,
/// P(error <= k * radius) = 1 - 0.05^k. Fitted on drives kept out of `train` (docs/evaluate.md has the figures); a round normal
/// distribution, 1 - 0.05^(k*k), expects far fewer small errors than there are.
double promised_share(double parts_of_radius) noexcept;

/// The part of the 95 % radius that holds `share` of the truths by the same model: 0.231 for a half, 0.370 for 67 %.
double part_of_radius(double share) noexcept;

/// Quantile f of n sorted values is the one at min(n - 1, int(f n)), as ../shared/tools/score.py has it.
struct Quantiles {
    double p50 = 0, p67 = 0, p90 = 0, p95 = 0, p99 = 0;
};
Quantiles quantiles_of(std::vector<double> values);

/// The accuracy of a set of answers. Metres, and shares of one.
struct Accuracy {
    std::size_t answers = 0;
    Quantiles error, radius, error_over_radius;
    double coverage50 = 0, coverage67 = 0, coverage95 = 0;  // truths within the 50, 67 and 95 % radius
    /// Mean of radius + 20 * (error beyond the radius): the least possible where the radius is the true 95 % quantile and as
    /// small as can be; a proper score of sharpness (T. Gneiting, A. Raftery, "Strictly proper scoring rules, prediction, and
    /// estimation", 2007: interval score, alpha 0.05).
    double radius_score_m = 0;
};

using AnswerList = std::vector<const Answer*>;

/// Nothing where there is no answer.
std::optional<Accuracy> accuracy_of(const AnswerList& answers);

/// Share of the answers whose error is at most `parts_of_radius` of the radius. Precondition: at least one.
double share_within(const AnswerList& answers, double parts_of_radius) noexcept;

}  // namespace simtrail::report
