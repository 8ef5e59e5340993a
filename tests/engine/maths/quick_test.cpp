#include "engine/maths/quick.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace simtrail::maths {
namespace {

TEST(QuickFunctions, AreNearTheExactOnes) {
    for (double x = -64; x < 87; x += 0.037) {
        const auto value = static_cast<float>(x);
        EXPECT_NEAR(double{quick_exp(value)} / std::exp(double{value}), 1, 2e-5) << x;
    }
    for (double x = 1e-30; x < 1e30; x *= 1.7) {
        const auto value = static_cast<float>(x);
        EXPECT_NEAR(double{quick_log2(value)}, std::log2(double{value}), 3e-5) << x;
        EXPECT_NEAR(double{quick_inverse_root(value)} * std::sqrt(double{value}), 1, 1e-5) << x;
    }
}

TEST(QuickFunctions, StayInRangeBeyondIt) {
    EXPECT_GT(quick_exp(-1e30F), 0);
    EXPECT_LT(quick_exp(-1e30F), 1e-27F);
    EXPECT_LT(quick_exp(1e30F), 1e38F);
}

}  // namespace
}  // namespace simtrail::maths
