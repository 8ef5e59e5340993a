#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "engine/maths/geodesy.hpp"
#include "engine/maths/trigonometry.hpp"

namespace simtrail {
namespace {

class Maths : public ::testing::Test {
   protected:
    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

   private:
    std::mt19937_64 random_{20261123};
};

TEST_F(Maths, AgreesWithTheLibraryOnAnglesAndArcs) {
    for (int i = 0; i < 100'000; ++i) {
        const double x = uniform(-1e4, 1e4);
        ASSERT_NEAR(maths::sine(x), std::sin(x), 1e-12) << x;
        ASSERT_NEAR(maths::cosine(x), std::cos(x), 1e-12) << x;
        const double y = uniform(-10, 10), z = uniform(-10, 10);
        ASSERT_NEAR(maths::arctangent(y, z), std::atan2(y, z), 1e-13) << y << ' ' << z;
        const double unit = uniform(-1, 1);
        ASSERT_NEAR(maths::arcsine(unit), std::asin(unit), 1e-12) << unit;
    }
    EXPECT_EQ(maths::arctangent(0, 0), 0);
}

TEST_F(Maths, AgreesWithTheLibraryOnExponentials) {
    for (int i = 0; i < 100'000; ++i) {
        const double x = uniform(-700, 700);
        ASSERT_NEAR(maths::exponential(x) / std::exp(x), 1, 1e-13) << x;
        const double y = std::exp(uniform(-300, 300));
        ASSERT_NEAR(maths::logarithm(y), std::log(y), 1e-13 * std::max(1.0, std::fabs(std::log(y)))) << y;
    }
    EXPECT_EQ(maths::exponential(-1000), 0);
    EXPECT_TRUE(std::isinf(maths::exponential(1000)));
}

TEST_F(Maths, MeasuresGreatCircles) {
    EXPECT_EQ(distance_m({77.2, 28.6}, {77.2, 28.6}), 0);
    EXPECT_NEAR(distance_m({0, 0}, {180, 0}), earth_radius_m * maths::pi, 1e-3);
    EXPECT_NEAR(distance_m({179.9995, 0}, {-179.9995, 0}), earth_radius_m * maths::radians(0.001), 1e-6);
}

TEST_F(Maths, DisplacesAndReturns) {
    for (int i = 0; i < 10'000; ++i) {
        const GeoPoint origin{uniform(-180, 180), uniform(-70, 70)};
        const Offset offset{uniform(-5000, 5000), uniform(-5000, 5000)};
        const GeoPoint p = displaced(origin, offset);
        const Offset back = offset_between(origin, p);
        ASSERT_NEAR(back.east_m, offset.east_m, 1e-3);
        ASSERT_NEAR(back.north_m, offset.north_m, 1e-3);
        ASSERT_NEAR(distance_m(origin, p), std::hypot(offset.east_m, offset.north_m), 15);
    }
}

TEST_F(Maths, StaysOnEarthBesideThePole) {
    const GeoPoint p = displaced({170, 89.9}, towards(90, 300'000));
    EXPECT_GE(p.lon_deg, -180);
    EXPECT_LE(p.lon_deg, 180);
}

TEST_F(Maths, GoesNorthThenEast) {
    EXPECT_NEAR(towards(0, 100).north_m, 100, 1e-9);
    EXPECT_NEAR(towards(90, 100).east_m, 100, 1e-9);
}

}  // namespace
}  // namespace simtrail
