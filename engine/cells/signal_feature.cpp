#include "engine/cells/signal_feature.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

constexpr int weakest_dbm = -125, strongest_dbm = 0;

std::array<std::int16_t, strongest_dbm - weakest_dbm + 1> make_features() noexcept {
    std::array<std::int16_t, strongest_dbm - weakest_dbm + 1> features{};
    for (int i = 0; i <= strongest_dbm - weakest_dbm; ++i)
        features[static_cast<std::size_t>(i)] =
            static_cast<std::int16_t>(std::lround(feature_scale * (maths::exponential(i / 30.0) - 1)));
    return features;
}

}  // namespace

std::int16_t signal_feature(int signal_dbm) noexcept {
    static const auto features = make_features();
    return features[static_cast<std::size_t>(std::clamp(signal_dbm, weakest_dbm, strongest_dbm) - weakest_dbm)];
}

}  // namespace simtrail
