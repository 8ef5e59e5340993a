#include "adapters/report/contexts.hpp"

#include <array>

namespace simtrail::report {

namespace {

constexpr std::array<std::string_view, 5> fallback_names{"knownCell", "sparseCell", "unknownCell", "areaOnly",
                                                         "staleEvent"};
constexpr std::array<std::string_view, 5> radius_names{"to 100 m", "to 300 m", "to 1 km", "to 3 km", "beyond 3 km"};
constexpr std::array<std::string_view, 4> age_names{"to 10 s", "to 1 min", "to 10 min", "beyond 10 min"};

constexpr std::array<double, radius_names.size() - 1> radius_limits_m{100, 300, 1000, 3000};
constexpr std::array<double, age_names.size() - 1> age_limits_s{10, 60, 600};

/// The first limit that holds the value; their count where none does.
template <std::size_t Count>
std::size_t band(double value, const std::array<double, Count>& limits) noexcept {
    std::size_t i = 0;
    while (i < Count && value > limits[i]) ++i;
    return i;
}

/// The worst that is said of the evidence.
std::size_t fallback_of(ErrorReasons reasons) noexcept {
    if (reasons.has(ErrorReason::stale_event)) return 4;
    if (reasons.has(ErrorReason::area_only)) return 3;
    if (reasons.has(ErrorReason::unknown_cell)) return 2;
    return reasons.has(ErrorReason::sparse_cell) ? 1 : 0;
}

constexpr std::array<ContextKind, 6> kinds{{
    {by_confidence, "confidence", confidence_names,
     [](const Answer& answer, std::size_t i) noexcept {
         return answer.point.confidence == static_cast<Confidence>(i);
     }},
    {by_fallback, "fallback level", fallback_names,
     [](const Answer& answer, std::size_t i) noexcept { return fallback_of(answer.point.reasons) == i; }},
    {by_error_reason, "error reason", error_reason_names,
     [](const Answer& answer, std::size_t i) noexcept {
         return answer.point.reasons.has(static_cast<ErrorReason>(i));
     }},
    {"byRadio", "radio", radio_names,
     [](const Answer& answer, std::size_t i) noexcept { return answer.point.radio == static_cast<Radio>(i); }},
    {"byRadius", "stated radius", radius_names,
     [](const Answer& answer, std::size_t i) noexcept { return band(answer.point.accuracy_m, radius_limits_m) == i; }},
    {"byAge", "age of the point", age_names,
     [](const Answer& answer, std::size_t i) noexcept { return band(answer.age_s(), age_limits_s) == i; }},
}};

}  // namespace

std::span<const ContextKind> context_kinds() noexcept { return kinds; }

std::vector<Context> contexts_of(std::span<const Answer> answers) {
    std::vector<Context> contexts;
    contexts.reserve(kinds.size());
    for (const ContextKind& kind : kinds) {
        Context& context = contexts.emplace_back(kind.key, kind.title);
        for (std::size_t i = 0; i < kind.names.size(); ++i) {
            AnswerList members;
            for (const Answer& answer : answers)
                if (kind.belongs(answer, i)) members.push_back(&answer);
            context.groups.push_back({kind.names[i], accuracy_of(members)});
        }
    }
    return contexts;
}

}  // namespace simtrail::report
