#include "adapters/report/worst_cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>

#include "engine/maths/geodesy.hpp"

namespace simtrail::report {

namespace {

bool is_same_case(const Answer& a, const Answer& b) noexcept {
    constexpr std::int64_t same_time_ms = 600'000;
    constexpr double same_place_m = 300;
    return a.truth.msisdn == b.truth.msisdn && (std::abs(a.truth.ts_ms - b.truth.ts_ms) < same_time_ms ||
                                                distance_m(a.truth.position, b.truth.position) < same_place_m);
}

}  // namespace

std::vector<Answer> worst_of(const Evaluation& evaluation) {
    std::vector<Answer> all = evaluation.answers;
    std::ranges::sort(all, std::ranges::less{}, [](const Answer& answer) {
        return std::tuple(-answer.error_m, answer.truth.msisdn, answer.truth.ts_ms);
    });
    std::vector<Answer> worst;
    for (const Answer& answer : all) {
        if (worst.size() == most_worst_cases) break;
        if (std::ranges::none_of(worst, [&](const Answer& known) { return is_same_case(known, answer); }))
            worst.push_back(answer);
    }
    return worst;
}

}  // namespace simtrail::report
