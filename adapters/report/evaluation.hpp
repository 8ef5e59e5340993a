#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "adapters/report/truth_file.hpp"
#include "engine/tracing/trace_source.hpp"

namespace simtrail::report {

/// What a trace answered at a truth's time.
struct Answer {
    Truth truth;
    TracePoint point;
    double error_m = 0;

    bool inside_radius() const noexcept { return error_m <= point.accuracy_m; }
};

/// The accuracy of a set of answers, in metres. Quantile f of n sorted values is the one at min(n - 1, int(f n)).
struct Accuracy {
    std::size_t answers = 0;
    double median = 0, p67 = 0, p90 = 0, p95 = 0;
    double coverage95 = 0;  // share of the truths within the stated radius
    double median_radius95 = 0;
};

struct Evaluation {
    std::size_t truths = 0;
    std::vector<Answer> answers;  // in the truths' order
    std::optional<Accuracy> all;  // nothing where nothing was answered, here and below
    std::array<std::optional<Accuracy>, confidence_names.size()> by_confidence;
    std::array<std::size_t, error_reason_names.size()> by_reason{};  // answers that have it

    double answered() const noexcept {
        return truths == 0 ? 0 : static_cast<double>(answers.size()) / static_cast<double>(truths);
    }
};

/// Compares traces with known positions, as ../shared/tools/score.py does: at each truth's time the newest point of that
/// subscriber at or before it counts, of any of its tracks; of points of one time the one last in (seq, lat, lon, accuracy).
Evaluation evaluate(TraceSource& source, std::span<const Truth> truths);

}  // namespace simtrail::report
