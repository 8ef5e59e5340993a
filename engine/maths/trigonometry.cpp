#include "engine/maths/trigonometry.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

// Taylor series on small reduced ranges, their coefficients made by the compiler in IEEE arithmetic.

namespace simtrail::maths {

namespace {

/// Σ c[k] y^k by Horner's rule.
template <std::size_t N>
constexpr double polynomial(const std::array<double, N>& c, double y) noexcept {
    double sum = c[N - 1];
    for (std::size_t k = N - 1; k-- > 0;) sum = sum * y + c[k];
    return sum;
}

/// 1/(first + k step)! for k = 0, 1, ...
template <std::size_t N>
constexpr std::array<double, N> inverse_factorials(int first, int step) noexcept {
    std::array<double, N> c{};
    double factorial = 1;
    int n = 1;
    for (std::size_t k = 0; k < N; ++k) {
        for (; n <= first + static_cast<int>(k) * step; ++n) factorial *= n;
        c[k] = 1 / factorial;
    }
    return c;
}

/// 1/(2k + 1) for k = 0, 1, ...
template <std::size_t N>
constexpr std::array<double, N> inverse_odd_numbers() noexcept {
    std::array<double, N> c{};
    for (std::size_t k = 0; k < N; ++k) c[k] = 1.0 / (2 * static_cast<double>(k) + 1);
    return c;
}

/// sin x = x Σ (-x²)^k/(2k+1)!, |x| <= pi/4: the term after the last is below 1e-17.
double sine_series(double x) noexcept {
    static constexpr auto c = inverse_factorials<9>(1, 2);
    return x * polynomial(c, -x * x);
}

/// cos x = Σ (-x²)^k/(2k)!, |x| <= pi/4.
double cosine_series(double x) noexcept {
    static constexpr auto c = inverse_factorials<9>(0, 2);
    return polynomial(c, -x * x);
}

struct Reduced {
    double remainder;  // |remainder| <= pi/4
    unsigned quadrant;
};

/// Cody and Waite's reduction by pi/2 in two parts, the first of 33 bits: exact products for |radians| <= 1e6.
Reduced reduce(double radians) noexcept {
    constexpr double half_pi_head = 1.57079632673412561417e+00, half_pi_tail = 6.07710050650619224932e-11;
    const double turns = std::floor(radians * (2 / pi) + 0.5);
    return {radians - turns * half_pi_head - turns * half_pi_tail,
            static_cast<unsigned>(static_cast<std::int64_t>(turns)) & 3U};
}

double in_quadrant(double x, unsigned quadrant) noexcept {
    const double value = (quadrant & 1U) != 0 ? cosine_series(x) : sine_series(x);
    return (quadrant & 2U) != 0 ? -value : value;
}

/// atan x for 0 <= x <= 1; above tan(pi/8) by atan x = pi/4 + atan((x-1)/(x+1)), so that the series' |t| <= 0.4143.
double arctangent_to_one(double x) noexcept {
    const bool high = x > 0.41421356237309504880;
    const double t = high ? (x - 1) / (x + 1) : x;
    static constexpr auto c = inverse_odd_numbers<22>();
    const double arc = t * polynomial(c, -t * t);
    return high ? pi / 4 + arc : arc;
}

constexpr double ln2_head = 6.93147180369123816490e-01, ln2_tail = 1.90821492927058770002e-10;

}  // namespace

double sine(double radians) noexcept {
    const auto [x, quadrant] = reduce(radians);
    return in_quadrant(x, quadrant);
}

double cosine(double radians) noexcept {
    const auto [x, quadrant] = reduce(radians);
    return in_quadrant(x, (quadrant + 1) & 3U);
}

double arctangent(double y, double x) noexcept {
    const double ay = std::fabs(y), ax = std::fabs(x);
    if (ax == 0 && ay == 0) return 0;
    double angle = ay <= ax ? arctangent_to_one(ay / ax) : pi / 2 - arctangent_to_one(ax / ay);
    if (x < 0) angle = pi - angle;
    return y < 0 ? -angle : angle;
}

double arcsine(double x) noexcept { return arctangent(x, std::sqrt((1 - x) * (1 + x))); }

double exponential(double x) noexcept {
    if (x < -708) return 0;
    if (x > 709) return std::numeric_limits<double>::infinity();
    const double k = std::floor(x / (ln2_head + ln2_tail) + 0.5);
    const double r = x - k * ln2_head - k * ln2_tail;  // |r| <= ln2 / 2
    static constexpr auto c = inverse_factorials<14>(0, 1);
    const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023);
    return polynomial(c, r) * std::bit_cast<double>(exponent << 52);
}

double logarithm(double x) noexcept {
    int exponent = 0;
    double mantissa = std::frexp(x, &exponent);  // exact; [0.5, 1)
    if (mantissa < 0.70710678118654752440) {
        mantissa *= 2;
        --exponent;
    }
    const double s = (mantissa - 1) / (mantissa + 1);  // |s| <= 0.1716
    static constexpr auto c = inverse_odd_numbers<11>();
    return exponent * ln2_head + (2 * s * polynomial(c, s * s) + exponent * ln2_tail);
}

}  // namespace simtrail::maths
