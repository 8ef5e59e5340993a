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

/// exp to 1e-5 relative, for x from -87 to 87; beyond, the value at the limit (1.6e-38). The fraction is taken about the
/// nearest whole power of two, by Taylor's series there.
inline float quick_exp(float x) noexcept {
    const float above = x < -87.0F ? -87.0F : x;
    const float bounded = above > 87.0F ? 87.0F : above;
    const float turns = bounded * 1.44269504F;
    const auto whole = static_cast<std::int32_t>(turns + (turns < 0 ? -0.5F : 0.5F));
    const float f = (turns - static_cast<float>(whole)) * 0.69314718F;
    const float power = 1 + f * (1 + f * (0.5F + f * (0.16666667F + f * (0.041666667F + f * 0.0083333333F))));
    return power * std::bit_cast<float>((whole + 127) << 23);
}

/// 1/√x to 5e-6 relative: a guess by its exponent and two steps of Newton's. 0 < x, not denormal.
inline float quick_inverse_root(float x) noexcept {
    const float guess =
        std::bit_cast<float>(0x5F3759DF - static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(x) >> 1));
    const float better = guess * (1.5F - 0.5F * x * guess * guess);
    return better * (1.5F - 0.5F * x * better * better);
}

}  // namespace simtrail::maths
