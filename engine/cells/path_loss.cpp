#include "engine/cells/path_loss.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

constexpr double decade_db = 35, reference_m = 100, clutter_m = 20, usual_height_m = 25;
constexpr double front_to_back_db = 15, omni_db = 8, pattern_db = 12, pattern_rad = maths::pi / 2;
constexpr double ln10 = 2.302585092994045684;

constexpr int mantissa_bits = 52, table_bits = 12;
constexpr std::size_t table_size = std::size_t{1} << table_bits;

struct Tables {
    std::array<double, table_size> log10_of_mantissa;  // at the middle of each step of [1, 2)
    std::array<double, table_size> exp2_of_fraction;
    Tables() noexcept {
        for (std::size_t i = 0; i < table_size; ++i) {
            const double middle = (static_cast<double>(i) + 0.5) / static_cast<double>(table_size);
            log10_of_mantissa[i] = maths::logarithm(1 + middle) / ln10;
            exp2_of_fraction[i] = maths::exponential(middle * 0.693147180559945309);
        }
    }
};

const Tables& tables() noexcept {
    static const Tables made;
    return made;
}

/// The square of the angle whose cosine is `c`, by its series in 1 - c; within 2 % where the pattern is not at its floor.
double angle_square(double c) noexcept {
    const double x = 1 - c;
    return x * (2 + x * (1.0 / 3 + x * (4.0 / 45 + x * (1.0 / 35 + x * 0.0102))));
}

}  // namespace

double quick_log10(double x) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto exponent = static_cast<int>(bits >> mantissa_bits) - 1023;
    const auto step = static_cast<std::size_t>(bits >> (mantissa_bits - table_bits) & (table_size - 1));
    return exponent * 0.301029995663981195 + tables().log10_of_mantissa[step];
}

double quick_exp(double x) noexcept {
    if (x < -700) return 0;
    const double turns = std::min(x, 700.0) * 1.44269504088896341;
    const double whole = std::floor(turns);
    const auto step = static_cast<std::size_t>((turns - whole) * static_cast<double>(table_size));
    const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(whole) + 1023);
    return tables().exp2_of_fraction[std::min(step, table_size - 1)] * std::bit_cast<double>(exponent << mantissa_bits);
}

Antenna::Antenna(Offset place, const CellRecord& record) noexcept : at(place), omni(!record.azimuth_deg) {
    const double height = record.height_m ? *record.height_m : usual_height_m;
    height_square = height * height + clutter_m * clutter_m;
    if (record.azimuth_deg) pointing = towards(*record.azimuth_deg, 1);
}

double Antenna::level(Offset phone) const noexcept {
    const Offset way = phone - at;
    const double ground = squared(way);
    const double loss = decade_db / 2 * quick_log10((ground + height_square) / (reference_m * reference_m));
    if (omni) return -loss - omni_db;
    const double cosine = ground > 1 ? dot(way, pointing) / std::sqrt(ground) : 1;
    const double pattern = pattern_db * angle_square(cosine) / (pattern_rad * pattern_rad);
    return -loss - std::min(pattern, front_to_back_db);
}

}  // namespace simtrail
