#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "engine/tracing/trace_point.hpp"

namespace simtrail::testing {

/// What a made trace holds besides the ordinary.
struct MadeTrace {
    std::size_t points = 64;
    bool late = true;     // some points are up to an hour behind the one before
    bool reasons = true;  // some points have error reasons, any of them
    bool mixed_radios = true;
};

/// A drive across Shanghai from a seed: consecutive `seq`, in order of arrival.
inline std::vector<TracePoint> made_trace(std::uint64_t seed, MadeTrace what = {}) {
    std::mt19937_64 random(seed);
    const auto below = [&random](std::uint64_t bound) { return random() % bound; };
    std::vector<TracePoint> points(what.points);
    TracePoint now;
    now.seq = static_cast<std::uint32_t>(1 + below(100'000));
    now.tis_ms = 1'699'873'625'645;
    now.lon_e5 = 12'147'370;
    now.lat_e5 = 3'123'040;
    for (TracePoint& point : points) {
        now.lon_e5 += static_cast<std::int32_t>(below(801)) - 400;
        now.lat_e5 += static_cast<std::int32_t>(below(801)) - 400;
        now.accuracy_m = static_cast<std::uint32_t>(50 + below(1500));
        now.confidence = static_cast<Confidence>(below(4));
        now.reasons = {};
        if (what.reasons && below(3) == 0) now.reasons = ErrorReasons::from_bits(static_cast<std::uint16_t>(random()));
        now.radio = what.mixed_radios ? static_cast<Radio>(below(4)) : Radio::lte;
        point = now;
        ++now.seq;
        now.tis_ms += static_cast<std::int64_t>(below(30'000)) + 1;
        if (what.late && below(8) == 0) now.tis_ms -= static_cast<std::int64_t>(below(3'600'000));
    }
    return points;
}

}  // namespace simtrail::testing
