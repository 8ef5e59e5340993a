#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/report/evaluation.hpp"

namespace simtrail::report {

/// A difference (first minus second: below 0 the first is better) and where 95 of 100 resamplings lay.
struct Difference {
    double value = 0, low = 0, high = 0;

    /// No chance that the sign is chance, as far as the resamplings tell.
    bool is_clear() const noexcept { return low > 0 || high < 0; }
};

/// Two traces of one feed against the same truths. Only truths that both answered are compared.
struct Comparison {
    struct Margin {
        double metres = 0;
        double first_better = 0, second_better = 0;  // shares of the truths, better by more than that
    };
    /// Drives (a subscriber's truths of one hour) whose median error is less in one than in the other.
    struct SignTest {
        std::size_t first_better = 0, second_better = 0, same = 0;
        double p = 1;  // two-sided: how likely so uneven a split is where both are as good
    };
    struct Group {
        std::string_view context, name;  // of the first one's answers
        Accuracy first, second;
    };

    std::size_t both = 0, only_first = 0, only_second = 0;
    std::optional<Accuracy> first, second;  // of the truths in common; nothing where there are none, here and below
    std::optional<Difference> median, p67, p95, radius_score;
    std::array<Margin, 3> margins{{{.metres = 10}, {.metres = 50}, {.metres = 250}}};
    SignTest sign_test;
    std::vector<Group> groups;
};

/// Preconditions: both were evaluated against the same truths in the same order. Errors of one drive are alike, so whole drives are
/// resampled (block bootstrap); the same input gives the same figures.
Comparison compare(const Evaluation& first, const Evaluation& second);

}  // namespace simtrail::report
