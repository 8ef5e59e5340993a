#include "engine/cells/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace simtrail {

namespace {

/// A little more than the promise of 95 %: the days to come are less like the training than its own kept-out days.
constexpr double promise = 0.96;
constexpr double hundred = 100;
constexpr double least_factor = 0.3, most_factor = 100;

/// Such a quantile needs that many samples to be more than the greatest of a few.
constexpr std::size_t enough = 60;

/// Radii of a basis that no kept-out day speaks of: wide. Fitted on no set; a learnt model replaces them.
double built_in_factor(Basis basis) noexcept {
    switch (basis) {
        case Basis::fingerprint: return 2;
        case Basis::fingerprint_around: return 3;
        case Basis::learnt_cell: return 3;
        case Basis::learnt_site: return 3;
        case Basis::moved_on: return 3;
        case Basis::site_signals: return 1.05;
        case Basis::site:
        case Basis::surroundings:
        case Basis::count_: break;
    }
    return 1;
}

/// The least value that the promised share does not exceed, with one more beyond them all: a few samples promise less.
double promised(std::vector<float> ratios) {
    std::ranges::sort(ratios);
    const auto rank = static_cast<std::size_t>(std::ceil(promise * static_cast<double>(ratios.size() + 1)));
    return ratios[std::min(rank, ratios.size()) - 1];
}

/// The contexts that share basis and radio, and, where given, support or spread.
template <class Includes>
std::optional<double> pooled(const std::array<std::vector<float>, RadiusContext::count>& ratios, std::size_t index,
                             Includes includes) {
    constexpr std::size_t family = RadiusContext::grades * RadiusContext::grades;
    const std::size_t first = index / family * family;
    std::vector<float> all;
    for (std::size_t i = first; i < first + family; ++i)
        if (includes(i)) all.insert(all.end(), ratios[i].begin(), ratios[i].end());
    if (all.size() < enough) return std::nullopt;
    return promised(std::move(all));
}

double learnt_factor(const std::array<std::vector<float>, RadiusContext::count>& ratios, std::size_t index) {
    constexpr std::size_t grades = RadiusContext::grades;
    const auto same = [index](std::size_t other) { return other == index; };
    const auto same_support = [index](std::size_t other) { return other / grades == index / grades; };
    const auto any = [](std::size_t) { return true; };
    if (const auto factor = pooled(ratios, index, same)) return *factor;
    if (const auto factor = pooled(ratios, index, same_support)) return *factor;
    const auto basis = static_cast<Basis>(index / (radio_names.size() * grades * grades));
    if (const auto factor = pooled(ratios, index, any)) return *factor;
    return built_in_factor(basis);
}

}  // namespace

std::expected<Calibration, std::string> Calibration::open(const SectionFile& file) {
    Calibration calibration;
    const auto section = file.find(SectionKind::calibration, 0);
    if (!section) return calibration;
    if (section->body.size() != RadiusContext::count * sizeof(std::uint16_t))
        return std::unexpected("its calibration is of another version");
    calibration.factors_ = {reinterpret_cast<const std::uint16_t*>(section->body.data()), RadiusContext::count};
    return calibration;
}

double Calibration::factor(const RadiusContext& context) const noexcept {
    const auto index = context.index();
    return factors_.empty() ? built_in_factor(context.basis) : factors_[index] / hundred;
}

void CalibrationLearner::note(const RadiusContext& context, double error_over_spread) {
    ratios_[context.index()].push_back(static_cast<float>(error_over_spread));
}

std::size_t CalibrationLearner::samples() const noexcept {
    std::size_t sum = 0;
    for (const auto& ratios : ratios_) sum += ratios.size();
    return sum;
}

MadeSection CalibrationLearner::section() const {
    const auto all = factors();
    const auto bytes = std::as_bytes(std::span(all));
    return {{.kind = SectionKind::calibration, .count = all.size(), .bytes = bytes.size()},
            {bytes.begin(), bytes.end()}};
}

std::vector<std::uint16_t> CalibrationLearner::factors() const {
    std::vector<double> factors(RadiusContext::count);
    for (std::size_t i = 0; i < factors.size(); ++i) factors[i] = learnt_factor(ratios_, i);
    std::vector<std::uint16_t> packed;
    for (const double factor : factors)
        packed.push_back(
            static_cast<std::uint16_t>(std::lround(hundred * std::clamp(factor, least_factor, most_factor))));
    return packed;
}

}  // namespace simtrail
