#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/report/accuracy.hpp"
#include "adapters/report/contexts.hpp"
#include "engine/tracing/trace_source.hpp"

namespace simtrail::report {

struct Evaluation {
    std::string name;  // of the set, for people
    std::size_t truths = 0;
    std::vector<Answer> answers;      // in the truths' order
    std::optional<Accuracy> all;      // nothing where nothing was answered
    std::vector<Context> contexts{};  // the same answers by confidence, fallback level and so on
    std::vector<Evaluation> sets{};   // what it was pooled from; empty for one set

    double answered() const noexcept {
        return truths == 0 ? 0 : static_cast<double>(answers.size()) / static_cast<double>(truths);
    }
};

/// Compares traces with known positions, as ../shared/tools/score.py does: at each truth's time the newest point of that
/// subscriber at or before it counts, of any of its tracks; of points of one time the one last in (seq, lat, lon, accuracy).
Evaluation evaluate(TraceSource& source, std::span<const Truth> truths, std::string name = {});

/// All answers of several sets as one; a single set as it is. Precondition: at least one.
Evaluation pooled(std::vector<Evaluation> sets);

}  // namespace simtrail::report
