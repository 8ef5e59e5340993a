#pragma once

#include <cstdint>

namespace simtrail {

/// A signal as fingerprints compare it: exp((r + 125)/30) - 1, in 128ths; 0 below -125 dBm, so that a cell not heard and one
/// hardly heard are alike (J. Torres-Sospedra et al., "Comprehensive analysis of distance and similarity measures for Wi-Fi
/// fingerprinting", 2015: exponential representation). At most 8,131.
std::int16_t signal_feature(int signal_dbm) noexcept;

inline constexpr double feature_scale = 128;

}  // namespace simtrail
