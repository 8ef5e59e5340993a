#include "adapters/report/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <span>
#include <utility>

namespace simtrail::report {

namespace {

struct Pair {
    const Answer* first;
    const Answer* second;
};
using Pairs = std::vector<Pair>;

Pairs paired(const Evaluation& first, const Evaluation& second) {
    Pairs pairs;
    auto other = second.answers.begin();
    for (const Answer& answer : first.answers) {
        while (other != second.answers.end() && other->truth_number < answer.truth_number) ++other;
        if (other == second.answers.end()) break;
        if (other->truth_number == answer.truth_number) pairs.push_back({&answer, &*other});
    }
    return pairs;
}

AnswerList one_side(std::span<const Pair> pairs, const Answer* Pair::* side) {
    AnswerList answers;
    answers.reserve(pairs.size());
    for (const Pair& pair : pairs) answers.push_back(pair.*side);
    return answers;
}

/// Errors an hour apart, or of two subscribers, are nearly independent; those between are not.
std::vector<Pairs> drives_of(std::span<const Pair> pairs) {
    constexpr std::int64_t hour_ms = 3'600'000;
    std::map<std::pair<Msisdn, std::int64_t>, Pairs> drives;
    for (const Pair& pair : pairs)
        drives[{pair.first->truth.msisdn, pair.first->truth.ts_ms / hour_ms}].push_back(pair);
    std::vector<Pairs> list;
    list.reserve(drives.size());
    for (auto& [key, drive] : drives) list.push_back(std::move(drive));
    return list;
}

double median_error(const Pairs& drive, const Answer* Pair::* side) {
    std::vector<double> errors;
    for (const Pair& pair : drive) errors.push_back((pair.*side)->error_m);
    return quantiles_of(errors).p50;
}

/// Two-sided binomial test of even odds.
double sign_probability(std::size_t fewer, std::size_t all) {
    double log_term = -static_cast<double>(all) * std::log(2);  // of no success, then of one more each time
    double tail = std::exp(log_term);
    for (std::size_t i = 1; i <= fewer; ++i) {
        log_term += std::log(static_cast<double>(all - i + 1) / static_cast<double>(i));
        tail += std::exp(log_term);
    }
    return std::min(1.0, 2 * tail);
}

Comparison::SignTest sign_test_of(std::span<const Pairs> drives) {
    Comparison::SignTest test;
    for (const Pairs& drive : drives) {
        const double first = median_error(drive, &Pair::first), second = median_error(drive, &Pair::second);
        ++(first < second ? test.first_better : second < first ? test.second_better : test.same);
    }
    const std::size_t decided = test.first_better + test.second_better;
    if (decided > 0) test.p = sign_probability(std::min(test.first_better, test.second_better), decided);
    return test;
}

struct Figures {
    double median, p67, p95, radius_score;
};

Figures figures_of(std::span<const Pair> pairs, const Answer* Pair::* side) {
    std::vector<double> errors;
    double score = 0;
    errors.reserve(pairs.size());
    for (const Pair& pair : pairs) {
        errors.push_back((pair.*side)->error_m);
        score += (pair.*side)->radius_score_m();
    }
    const Quantiles quantiles = quantiles_of(std::move(errors));
    return {quantiles.p50, quantiles.p67, quantiles.p95, score / static_cast<double>(pairs.size())};
}

Figures difference_of(std::span<const Pair> pairs) {
    const Figures first = figures_of(pairs, &Pair::first), second = figures_of(pairs, &Pair::second);
    return {first.median - second.median, first.p67 - second.p67, first.p95 - second.p95,
            first.radius_score - second.radius_score};
}

/// As many as there is time for: 200 pairs cost as much in a thousand rounds as 1,000 pairs in two hundred.
std::size_t rounds_for(std::size_t pairs) noexcept {
    constexpr std::size_t most_work = 20'000'000, least = 100, most = 1000;
    return std::clamp(most_work / pairs, least, most);
}

std::vector<Figures> resampled(std::span<const Pairs> drives, std::size_t pairs) {
    std::mt19937_64 random(20'140'714);  // any seed; a fixed one, so that a report can be made again
    std::vector<Figures> figures(rounds_for(pairs));
    for (Figures& one : figures) {
        Pairs drawn;
        for (std::size_t i = 0; i < drives.size(); ++i) {
            const Pairs& drive = drives[random() % drives.size()];
            drawn.insert(drawn.end(), drive.begin(), drive.end());
        }
        one = difference_of(drawn);
    }
    return figures;
}

Difference with_interval(double value, const std::vector<Figures>& rounds, double Figures::* figure) {
    std::vector<double> values;
    for (const Figures& round : rounds) values.push_back(round.*figure);
    std::ranges::sort(values);
    return {value, values[values.size() * 25 / 1000], values[values.size() * 975 / 1000]};
}

std::vector<Comparison::Group> groups_of(std::span<const Pair> pairs) {
    std::vector<Comparison::Group> groups;
    for (const ContextKind& kind : context_kinds())
        for (std::size_t i = 0; i < kind.names.size(); ++i) {
            Pairs members;
            std::ranges::copy_if(pairs, std::back_inserter(members),
                                 [&](const Pair& pair) { return kind.belongs(*pair.first, i); });
            if (!members.empty())
                groups.push_back({kind.title, kind.names[i], *accuracy_of(one_side(members, &Pair::first)),
                                  *accuracy_of(one_side(members, &Pair::second))});
        }
    return groups;
}

void count_margins(Comparison& comparison, std::span<const Pair> pairs) {
    for (Comparison::Margin& margin : comparison.margins)
        for (const Pair& pair : pairs) {
            const double gained = pair.second->error_m - pair.first->error_m;
            margin.first_better += gained > margin.metres ? 1.0 / static_cast<double>(pairs.size()) : 0;
            margin.second_better += gained < -margin.metres ? 1.0 / static_cast<double>(pairs.size()) : 0;
        }
}

}  // namespace

Comparison compare(const Evaluation& first, const Evaluation& second) {
    const Pairs pairs = paired(first, second);
    Comparison comparison{.both = pairs.size(),
                          .only_first = first.answers.size() - pairs.size(),
                          .only_second = second.answers.size() - pairs.size()};
    if (pairs.empty()) return comparison;
    comparison.first = accuracy_of(one_side(pairs, &Pair::first));
    comparison.second = accuracy_of(one_side(pairs, &Pair::second));
    const auto drives = drives_of(pairs);
    const Figures found = difference_of(pairs);
    const auto rounds = resampled(drives, pairs.size());
    comparison.median = with_interval(found.median, rounds, &Figures::median);
    comparison.p67 = with_interval(found.p67, rounds, &Figures::p67);
    comparison.p95 = with_interval(found.p95, rounds, &Figures::p95);
    comparison.radius_score = with_interval(found.radius_score, rounds, &Figures::radius_score);
    comparison.sign_test = sign_test_of(drives);
    comparison.groups = groups_of(pairs);
    count_margins(comparison, pairs);
    return comparison;
}

}  // namespace simtrail::report
