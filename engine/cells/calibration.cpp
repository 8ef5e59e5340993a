#include "engine/cells/calibration.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

using Sample = CalibrationLearner::Sample;
using PackedRule = Calibration::PackedRule;

/// A little more than the promise of 95 %: the days to come are less like the training than its own kept-out days.
constexpr double promise = 0.96;
constexpr double hundred = 100;
constexpr double least_factor = 0.3, most_factor = 100;

/// Such a quantile needs that many samples to be more than the greatest of a few.
constexpr std::size_t enough = 60;

constexpr std::array<std::uint16_t, 9> floors_m{0, 25, 50, 100, 200, 400, 800, 1600, 3200};

/// Radii of a basis that no kept-out day speaks of: wide. A learnt model replaces them. Those of a site table's signals hold on
/// 16,879 reports that it was not fitted to (docs/positioning.md).
RadiusRule built_in_rule(Basis basis, Calibration::Of positions) noexcept {
    switch (basis) {
        case Basis::fingerprint: return {.factor = 2, .floor_m = 50};
        case Basis::fingerprint_around: return {.factor = 3, .floor_m = 100};
        case Basis::learnt_cell:
        case Basis::learnt_site:
        case Basis::moved_on: return {.factor = 3, .floor_m = 200};
        case Basis::site_signals: return {.factor = positions == Calibration::Of::live ? 1.0 : 1.1};
        case Basis::site:
        case Basis::surroundings:
        case Basis::count_: break;
    }
    return {};
}

/// The least value that the share of `ratios` does not exceed, with one more beyond them all: a few promise less.
double quantile(std::vector<double>& ratios, double share) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ratios.size() + 1)));
    const auto at = ratios.begin() + static_cast<std::ptrdiff_t>(std::min(rank, ratios.size()) - 1);
    std::ranges::nth_element(ratios, at);
    return *at;
}

/// Errors of one day are alike, and days differ: the promise is kept on the whole, and nearly so on nearly every part.
double promised_factor(const std::vector<Sample>& samples, double floor_m) {
    constexpr double nearly_promised = 0.88, nearly_every = 0.9;
    constexpr std::size_t enough_of_a_part = 10;
    const RadiusRule unit{.floor_m = floor_m};
    std::vector<double> all;
    std::array<std::vector<double>, CalibrationLearner::parts> of_part;
    for (const Sample& sample : samples) {
        all.push_back(sample.error_m / unit.radius_m(sample.spread_m));
        of_part[sample.part].push_back(all.back());
    }
    std::vector<double> needed;
    for (auto& ratios : of_part)
        if (ratios.size() >= enough_of_a_part) needed.push_back(quantile(ratios, nearly_promised));
    double factor = quantile(all, promise);
    if (needed.size() > 1) {
        std::ranges::sort(needed);
        const auto rank = static_cast<std::size_t>(std::ceil(nearly_every * static_cast<double>(needed.size())));
        factor = std::max(factor, needed[rank - 1]);
    }
    return std::clamp(factor, least_factor, most_factor);
}

/// Of the rules that keep the promise over all samples, the one of the smallest radii in the geometric mean.
double sharpest_floor(const std::vector<Sample>& samples) {
    double sharpest_m = 0, least = 1e300;
    for (const double floor_m : floors_m) {
        const RadiusRule rule{promised_factor(samples, floor_m), floor_m};
        double sum = 0;
        for (const Sample& sample : samples) sum += maths::logarithm(rule.radius_m(sample.spread_m));
        if (sum >= least) continue;
        least = sum;
        sharpest_m = floor_m;
    }
    return sharpest_m;
}

PackedRule packed(const RadiusRule& rule) noexcept {
    return {static_cast<std::uint16_t>(std::lround(hundred * rule.factor)),
            static_cast<std::uint16_t>(std::lround(rule.floor_m))};
}

/// A sample as it stands in the file, from the highest bit: context (10), part (4), error and spread (9 each).
constexpr int context_shift = 22, part_shift = 18, error_shift = 9;
constexpr std::uint32_t metres_mask = 511, part_mask = 15;
static_assert(RadiusContext::count <= 1U << (32 - context_shift) && CalibrationLearner::parts <= part_mask + 1);

/// Exponent and the first five bits of the fraction of a float from 1 m to 65 km.
constexpr int bits_left_out = 18;
constexpr std::uint32_t code_of_one_metre = std::bit_cast<std::uint32_t>(1.0F) >> bits_left_out;

std::uint32_t code_of(float metres) noexcept {
    constexpr float least_m = 1, most_m = 65'000;
    return (std::bit_cast<std::uint32_t>(std::clamp(metres, least_m, most_m)) >> bits_left_out) - code_of_one_metre;
}

float metres_of(std::uint32_t code) noexcept {
    constexpr std::uint32_t middle = 1U << (bits_left_out - 1);
    return std::bit_cast<float>(((code & metres_mask) + code_of_one_metre) << bits_left_out | middle);
}

void append(std::vector<Sample>& all, const std::vector<Sample>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

/// What is alike in basis and radio, by support and spread.
constexpr std::size_t radios = radio_names.size(),
                      family_size = RadiusContext::support_grades * RadiusContext::spread_grades;

std::size_t count(std::span<const std::vector<Sample>> family) noexcept {
    std::size_t sum = 0;
    for (const auto& samples : family) sum += samples.size();
    return sum;
}

/// Of a radio of which kept-out days say too little, the network's others say more than nothing does.
std::array<std::vector<Sample>, family_size> of_any_radio(std::span<const std::vector<Sample>> of_basis) {
    std::array<std::vector<Sample>, family_size> family;
    for (std::size_t i = 0; i < of_basis.size(); ++i) append(family[i % family_size], of_basis[i]);
    return family;
}

/// Of one support and spread. Cells that one part of the training saw are no surer than the sparse ones among them.
std::vector<Sample> of_grades(std::span<const std::vector<Sample>> family, std::size_t support, std::size_t spread) {
    std::vector<Sample> samples = family[support * RadiusContext::spread_grades + spread];
    if (support + 1 == RadiusContext::sparse)
        append(samples, family[RadiusContext::sparse * RadiusContext::spread_grades + spread]);
    return samples;
}

/// The rules of one basis and radio: the floor of each grade of support, the factor of each grade of spread. What is known of
/// others says nothing of sparse cells.
void add_family(std::span<const std::vector<Sample>> family, const RadiusRule& built_in,
                std::vector<PackedRule>& rules) {
    constexpr std::size_t spreads = RadiusContext::spread_grades;
    std::vector<Sample> whole;
    for (const auto& samples : family) append(whole, samples);
    if (whole.size() < enough) {
        rules.insert(rules.end(), family.size(), packed(built_in));
        return;
    }
    const double usual_floor_m = sharpest_floor(whole);
    for (std::size_t support = 0; support < RadiusContext::support_grades; ++support) {
        std::vector<Sample> alike;
        for (std::size_t spread = 0; spread < spreads; ++spread) append(alike, of_grades(family, support, spread));
        if (support == RadiusContext::sparse && alike.size() < enough) {
            rules.insert(rules.end(), spreads, packed(built_in));
            continue;
        }
        const double floor_m = alike.size() < enough ? usual_floor_m : sharpest_floor(alike);
        const double factor = promised_factor(alike.size() < enough ? whole : alike, floor_m);
        for (std::size_t spread = 0; spread < spreads; ++spread) {
            const auto own = of_grades(family, support, spread);
            rules.push_back(packed({own.size() < enough ? factor : promised_factor(own, floor_m), floor_m}));
        }
    }
}

}  // namespace

double RadiusRule::radius_m(double spread_m) const noexcept {
    return factor * std::sqrt(spread_m * spread_m + floor_m * floor_m);
}

std::expected<Calibration, std::string> Calibration::open(const SectionFile& file, Of positions) {
    Calibration calibration(positions);
    const auto section = file.find(SectionKind::calibration, static_cast<std::uint32_t>(positions));
    if (!section) return calibration;
    if (section->body.size() != RadiusContext::count * sizeof(PackedRule))
        return std::unexpected("its calibration is of another version of simtrail; learn the model anew");
    calibration.rules_ = {reinterpret_cast<const PackedRule*>(section->body.data()), RadiusContext::count};
    return calibration;
}

RadiusRule Calibration::rule(const RadiusContext& context) const noexcept {
    if (rules_.empty()) return built_in_rule(context.basis, of_);
    const PackedRule& rule = rules_[context.index()];
    return {rule.factor_hundredths / hundred, static_cast<double>(rule.floor_m)};
}

void CalibrationLearner::note(const RadiusContext& context, std::uint8_t part, double error_m, double spread_m) {
    samples_[context.index()].push_back({static_cast<float>(error_m), static_cast<float>(spread_m), part});
}

std::expected<void, std::string> CalibrationLearner::add_earlier(const SectionFile& file, Calibration::Of positions) {
    const auto section = file.find(SectionKind::calibration_samples, static_cast<std::uint32_t>(positions));
    if (!section) return std::unexpected("it does not say what its radii were calibrated on");
    if (section->body.size() % sizeof(std::uint32_t) != 0)
        return std::unexpected("its section of calibration samples has a broken length");
    for (std::size_t at = 0; at < section->body.size(); at += sizeof(std::uint32_t)) {
        std::uint32_t packed = 0;
        std::memcpy(&packed, section->body.data() + at, sizeof packed);
        const std::uint32_t context = packed >> context_shift, part = packed >> part_shift & part_mask;
        if (context >= RadiusContext::count || part >= parts)
            return std::unexpected("its calibration samples are of another version");
        samples_[context].push_back(
            {metres_of(packed >> error_shift), metres_of(packed), static_cast<std::uint8_t>(part)});
    }
    return {};
}

std::size_t CalibrationLearner::samples() const noexcept { return count(samples_); }

MadeSection CalibrationLearner::samples_section(Calibration::Of positions) const {
    std::vector<std::uint32_t> all, half;
    for (std::uint32_t context = 0; context < samples_.size(); ++context)
        for (const Sample& sample : samples_[context])
            all.push_back(context << context_shift | std::uint32_t{sample.part} << part_shift |
                          code_of(sample.error_m) << error_shift | code_of(sample.spread_m));
    std::ranges::sort(all);  // so that every second one is like all
    for (std::size_t i = 0; i < all.size(); i += 2) half.push_back(all[i]);
    return section_of<std::uint32_t>(
        {.kind = SectionKind::calibration_samples, .tag = static_cast<std::uint32_t>(positions)}, half);
}

MadeSection CalibrationLearner::section(Calibration::Of positions) const {
    std::vector<PackedRule> rules;
    for (std::size_t basis = 0; basis < static_cast<std::size_t>(Basis::count_); ++basis) {
        const auto of_basis = std::span(samples_).subspan(basis * radios * family_size, radios * family_size);
        const auto of_all_radios = of_any_radio(of_basis);
        for (std::size_t radio = 0; radio < radios; ++radio) {
            const auto own = of_basis.subspan(radio * family_size, family_size);
            add_family(count(own) < enough ? of_all_radios : own, built_in_rule(static_cast<Basis>(basis), positions),
                       rules);
        }
    }
    return section_of<PackedRule>({.kind = SectionKind::calibration, .tag = static_cast<std::uint32_t>(positions)},
                                  rules);
}

}  // namespace simtrail
