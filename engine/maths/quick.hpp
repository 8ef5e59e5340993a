#pragma once

#include <bit>
#include <cstdint>

// Functions for loops over candidates: plain float arithmetic in a fixed order, without branches, calls or errno, so that
// compilers work on several values at once and the result is the same everywhere.

namespace simtrail::maths {

/// To 2e-5, by least squares over the mantissa. 0 < x, not denormal.
inline float quick_log2(float x) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const auto exponent = static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127);
    const float m = std::bit_cast<float>((bits & 0x7FFFFF) | 0x3F800000) - 1.5F;
    return exponent +
           (0.58495050F +
            m * (0.96182123F + m * (-0.31974910F + m * (0.14171816F + m * (-0.08001088F + m * 0.04392863F)))));
}

/// exp to 1e-5 relative, for x from -64 to 87; below, the value at -64 (1.6e-28: products of it are no slow denormals). The
/// fraction is taken about the nearest whole power of two, by Taylor's series there.
inline float quick_exp(float x) noexcept {
    constexpr float shift = 0x1.8p23F;  // what is added to it is rounded to a whole number, in the last bits
    const float bounded = x < -64.0F ? -64.0F : x;
    const float turns = bounded * 1.44269504F;
    const float shifted = turns + shift;
    const float f = (turns - (shifted - shift)) * 0.69314718F;
    const float power = 1 + f * (1 + f * (0.5F + f * (0.16666667F + f * (0.041666667F + f * 0.0083333333F))));
    return power * std::bit_cast<float>((std::bit_cast<std::uint32_t>(shifted) + 127) << 23);
}

/// 1/√x to 5e-6 relative: a guess by its exponent and two steps of Newton's. 0 < x, not denormal.
inline float quick_inverse_root(float x) noexcept {
    const auto guess =
        std::bit_cast<float>(0x5F3759DF - static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(x) >> 1));
    const float better = guess * (1.5F - 0.5F * x * guess * guess);
    return better * (1.5F - 0.5F * x * better * better);
}

}  // namespace simtrail::maths
