#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "adapters/report/accuracy.hpp"

namespace simtrail::report {

/// One way to tell answers apart, and how accurate each kind is.
struct Context {
    struct Group {
        std::string_view name;
        std::optional<Accuracy> accuracy;  // nothing where no answer belongs to it
    };
    std::string_view key;    // "byFallback"
    std::string_view title;  // "fallback level"
    std::vector<Group> groups;
};

/// A kind of answer within a context; names have static storage. An answer may have several error reasons, and belongs to one
/// group of each other context.
struct ContextKind {
    std::string_view key, title;
    std::span<const std::string_view> names;
    bool (*belongs)(const Answer& answer, std::size_t group) noexcept;
};

inline constexpr std::string_view by_confidence = "byConfidence", by_error_reason = "byErrorReason",
                                  by_fallback = "byFallback";

/// Confidence, fallback level (what the stored error reasons tell of it), error reason, radio, stated radius, age of the point.
std::span<const ContextKind> context_kinds() noexcept;

std::vector<Context> contexts_of(std::span<const Answer> answers);

}  // namespace simtrail::report
