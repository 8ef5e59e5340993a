#pragma once

/// Elementary functions that give the same bits with every compiler, C library and CPU: plain IEEE arithmetic in a fixed
/// order (glibc's change their last bits with the CPU's FMA, measured; DESIGN.md). Errors below 1e-12 relative or absolute.
namespace simtrail::maths {

double sine(double radians) noexcept;            // |radians| <= 1e6
double cosine(double radians) noexcept;          // |radians| <= 1e6
double arcsine(double x) noexcept;               // -1 <= x <= 1
double arctangent(double y, double x) noexcept;  // as std::atan2
double exponential(double x) noexcept;           // 0 below -708, +inf above 709
double logarithm(double x) noexcept;             // natural; x > 0

inline constexpr double pi = 3.14159265358979323846;
constexpr double radians(double degrees) noexcept { return degrees * (pi / 180); }
constexpr double degrees(double radians) noexcept { return radians * (180 / pi); }

}  // namespace simtrail::maths
