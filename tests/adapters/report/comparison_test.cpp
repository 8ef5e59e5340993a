#include "adapters/report/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "adapters/report/comparison_summary.hpp"
#include "adapters/report/summary.hpp"

namespace simtrail::report {
namespace {

/// One drive of ten truths an hour; `error` gives the error of the k-th.
template <class Error>
Evaluation drives(std::size_t count, Error error) {
    Evaluation evaluation;
    for (std::size_t k = 0; k < count * 10; ++k) {
        Answer answer{.truth = {*Msisdn::parse("7"), static_cast<std::int64_t>(k / 10) * 3'600'000, {}},
                      .error_m = error(k),
                      .truth_number = k};
        answer.point.accuracy_m = 100;
        evaluation.answers.push_back(answer);
    }
    evaluation.truths = evaluation.answers.size();
    return pooled({evaluation, {}});
}

Evaluation without(Evaluation evaluation, std::size_t answer) {
    evaluation.answers.erase(evaluation.answers.begin() + static_cast<std::ptrdiff_t>(answer));
    return evaluation;
}

TEST(Comparison, OfATraceWithItselfFindsNoDifference) {
    const Evaluation one = drives(30, [](std::size_t k) { return static_cast<double>(k % 37); });
    const Comparison same = compare(one, one);
    EXPECT_EQ(same.both, 300U);
    EXPECT_EQ(same.median->value, 0);
    EXPECT_FALSE(same.median->is_clear());
    EXPECT_EQ(same.sign_test.same, 30U);
    EXPECT_EQ(same.sign_test.p, 1);
    for (const auto& margin : same.margins) EXPECT_EQ(margin.first_better + margin.second_better, 0);
}

TEST(Comparison, SeesWhichIsBetterAndThatItIsNoChance) {
    const Evaluation near = drives(30, [](std::size_t k) { return 20.0 + static_cast<double>(k % 7); });
    const Evaluation far = drives(30, [](std::size_t k) { return 80.0 + static_cast<double>(k % 7); });
    const Comparison found = compare(near, far);
    EXPECT_EQ(found.median->value, -60);
    EXPECT_TRUE(found.median->is_clear());
    EXPECT_LT(found.median->high, 0);
    EXPECT_EQ(found.sign_test.first_better, 30U);
    EXPECT_LT(found.sign_test.p, 1e-8);
    EXPECT_NEAR(found.margins[0].first_better, 1, 1e-9);
    EXPECT_NEAR(found.margins[1].first_better, 1, 1e-9);
    EXPECT_EQ(found.margins[2].first_better, 0);
    const Comparison turned = compare(far, near);
    EXPECT_EQ(turned.median->value, 60);
    EXPECT_EQ(turned.sign_test.second_better, 30U);
}

TEST(Comparison, TakesADifferenceThatOneDriveMakesForChance) {
    const auto usual = [](std::size_t k) { return 20.0 + static_cast<double>(k % 50); };
    const Evaluation one = drives(12, usual);
    const Evaluation other = drives(12, [&](std::size_t k) { return k < 10 ? 5000.0 : usual(k); });
    const Comparison found = compare(one, other);
    EXPECT_LT(found.p95->value, -1000);
    EXPECT_FALSE(found.p95->is_clear());
    EXPECT_GT(found.sign_test.p, 0.5);
}

TEST(Comparison, HoldsTheSignTestAgainstTheBinomial) {
    const Evaluation one = drives(10, [](std::size_t) { return 20.0; });
    const Evaluation other = drives(10, [](std::size_t k) { return k < 20 ? 10.0 : 30.0; });
    EXPECT_NEAR(compare(one, other).sign_test.p, 2 * (1 + 10 + 45) / 1024.0, 1e-9);
}

TEST(Comparison, LooksOnlyAtTruthsThatBothAnswered) {
    const Evaluation whole = drives(2, [](std::size_t k) { return static_cast<double>(k); });
    const Comparison found = compare(without(whole, 3), without(without(whole, 12), 7));
    EXPECT_EQ(found.both, 17U);
    EXPECT_EQ(found.only_first, 2U);
    EXPECT_EQ(found.only_second, 1U);
    EXPECT_EQ(found.median->value, 0);
    const Comparison nothing = compare(whole, {});
    EXPECT_EQ(nothing.both, 0U);
    EXPECT_FALSE(nothing.first);
    EXPECT_NE(comparison_text(nothing).find("20 by the first alone"), std::string::npos);
    EXPECT_NE(comparison_html(nothing, whole, {}).find("</section>"), std::string::npos);
}

TEST(Comparison, ComparesWithinTheContextsOfTheFirst) {
    Evaluation one = drives(2, [](std::size_t) { return 20.0; });
    for (std::size_t k = 0; k < 5; ++k) one.answers[k].point.confidence = Confidence::high;
    const Evaluation other = drives(2, [](std::size_t k) { return k < 5 ? 7.0 : 30.0; });
    const Comparison found = compare(one, other);
    const auto high = std::ranges::find(found.groups, "high", &Comparison::Group::name);
    ASSERT_NE(high, found.groups.end());
    EXPECT_EQ(high->first.answers, 5U);
    EXPECT_EQ(high->first.error.p50, 20);
    EXPECT_EQ(high->second.error.p50, 7);
}

TEST(Comparison, GivesTheSameFiguresEachTime) {
    std::mt19937_64 random(1);
    const auto any = [&random](std::size_t) { return static_cast<double>(random() % 1000); };
    const Evaluation one = drives(20, any), other = drives(20, any);
    EXPECT_EQ(summary_json(one, compare(one, other)), summary_json(one, compare(one, other)));
    EXPECT_EQ(comparison_html(compare(one, other), one, other), comparison_html(compare(one, other), one, other));
    const auto json = nlohmann::json::parse(summary_json(one, compare(one, other)));
    EXPECT_EQ(json["against"]["both"], 200);
    EXPECT_LE(json["against"]["differences"]["median"]["low"], json["against"]["differences"]["median"]["difference"]);
}

}  // namespace
}  // namespace simtrail::report
