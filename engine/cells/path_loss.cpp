#include "engine/cells/path_loss.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "engine/maths/quick.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

constexpr float decade_db = 44, reference_m = 100;
constexpr double clutter_m = 20, usual_height_m = 25;
constexpr float front_to_back_db = 30, omni_db = 8;
constexpr float pattern_db_per_rad2 = static_cast<float>(12 / (maths::pi / 2 * (maths::pi / 2)));

constexpr int mantissa_bits = 52, table_bits = 12;
constexpr std::size_t table_size = std::size_t{1} << table_bits;

struct Tables {
    std::array<double, table_size> exp2_of_fraction;  // at the middle of each step of [0, 1)
    Tables() noexcept {
        for (std::size_t i = 0; i < table_size; ++i) {
            const double middle = (static_cast<double>(i) + 0.5) / static_cast<double>(table_size);
            exp2_of_fraction[i] = maths::exponential(middle * 0.693147180559945309);
        }
    }
};

const Tables& tables() noexcept {
    static const Tables made;
    return made;
}

/// The square of the angle whose cosine is `c`, by its series in 1 - c; within 8 % where the pattern is not at its floor.
float angle_square(float c) noexcept {
    const float x = 1 - c;
    return x * (2 + x * (1.0F / 3 + x * (4.0F / 45 + x * (1.0F / 35 + x * 0.0102F))));
}

}  // namespace

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

void Antenna::levels(std::span<const float> east_m, std::span<const float> north_m,
                     std::span<float> levels_db) const noexcept {
    constexpr float half_decade_db = decade_db * 0.30103F / 2;  // for each doubling of the square
    const auto east = static_cast<float>(at.east_m), north = static_cast<float>(at.north_m);
    const auto ahead_east = static_cast<float>(pointing.east_m), ahead_north = static_cast<float>(pointing.north_m);
    const auto height = static_cast<float>(height_square);
    const float flat = omni ? -omni_db : 0, slope = omni ? 0 : pattern_db_per_rad2;
    for (std::size_t i = 0; i < levels_db.size(); ++i) {
        const float x = east_m[i] - east, y = north_m[i] - north;
        const float ground = x * x + y * y;
        const float loss = half_decade_db * maths::quick_log2((ground + height) / (reference_m * reference_m));
        const float along = x * ahead_east + y * ahead_north + 1e-3F;  // ahead of the mast where the phone is below it
        const float cosine = along * maths::quick_inverse_root(ground + 1e-6F);
        const float off_axis = slope * angle_square(cosine);
        levels_db[i] = flat - loss - (off_axis < front_to_back_db ? off_axis : front_to_back_db);
    }
}

double Antenna::level(Offset phone) const noexcept {
    const auto east = static_cast<float>(phone.east_m), north = static_cast<float>(phone.north_m);
    float level = 0;
    levels({&east, 1}, {&north, 1}, {&level, 1});
    return double{level};
}

}  // namespace simtrail
