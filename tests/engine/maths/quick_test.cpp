#include "engine/maths/quick.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace simtrail::maths {
namespace {

TEST(QuickFunctions, AreNearTheExactOnes) {
    for (int i = -1700; i < 2300; ++i) {
        const auto value = static_cast<float>(0.037 * i);
        EXPECT_NEAR(double{quick_exp(value)} / std::exp(double{value}), 1, 2e-5) << value;
    }
    for (int i = -100; i < 100; ++i) {
        const auto value = static_cast<float>(std::exp2(0.97 * i));
        EXPECT_NEAR(double{quick_log2(value)}, std::log2(double{value}), 3e-5) << value;
        EXPECT_NEAR(double{quick_inverse_root(value)} * std::sqrt(double{value}), 1, 1e-5) << value;
    }
}

TEST(QuickFunctions, StayInRangeBeyondIt) {
    EXPECT_GT(quick_exp(-1e30F), 0);
    EXPECT_LT(quick_exp(-1e30F), 1e-27F);
    EXPECT_LT(quick_exp(1e30F), 1e38F);
}

}  // namespace
}  // namespace simtrail::maths
