#pragma once

#include <array>
#include <cstdint>

#include "engine/tracing/trace_point.hpp"

namespace simtrail {

/// A trace point in 16 bytes, without its seq: what a track's ring and the journal hold. Lossless for times up to the year
/// 2109, WGS-84 coordinates and radii up to 1,048 km (larger ones are stored as that).
class PackedPoint {
   public:
    static constexpr std::uint32_t max_accuracy_m = (1U << 20) - 1;

    constexpr PackedPoint() noexcept = default;

    explicit constexpr PackedPoint(const TracePoint& p) noexcept {
        const std::uint64_t accuracy = p.accuracy_m < max_accuracy_m ? p.accuracy_m : max_accuracy_m;
        words_[0] = (static_cast<std::uint64_t>(p.tis_ms) & mask(42)) | static_cast<std::uint64_t>(p.confidence) << 42 |
                    static_cast<std::uint64_t>(p.radio) << 44 | std::uint64_t{p.reasons.bits()} << 46 |
                    (accuracy >> 13) << 57;
        words_[1] = static_cast<std::uint64_t>(p.lon_e5 + lon_bias) |
                    static_cast<std::uint64_t>(p.lat_e5 + lat_bias) << 26 | (accuracy & mask(13)) << 51;
    }

    constexpr TracePoint unpacked(std::uint32_t seq) const noexcept {
        const auto field = [](std::uint64_t word, int shift, int bits) { return word >> shift & mask(bits); };
        return {.seq = seq,
                .tis_ms = static_cast<std::int64_t>(field(words_[0], 0, 42)),
                .lon_e5 = static_cast<std::int32_t>(field(words_[1], 0, 26)) - lon_bias,
                .lat_e5 = static_cast<std::int32_t>(field(words_[1], 26, 25)) - lat_bias,
                .accuracy_m = static_cast<std::uint32_t>(field(words_[0], 57, 7) << 13 | field(words_[1], 51, 13)),
                .confidence = static_cast<Confidence>(field(words_[0], 42, 2)),
                .reasons = ErrorReasons::from_bits(static_cast<std::uint16_t>(field(words_[0], 46, 11))),
                .radio = static_cast<Radio>(field(words_[0], 44, 2))};
    }

    constexpr std::int64_t tis_ms() const noexcept { return static_cast<std::int64_t>(words_[0] & mask(42)); }

   private:
    static constexpr std::uint64_t mask(int bits) noexcept { return (std::uint64_t{1} << bits) - 1; }
    static constexpr std::int32_t lon_bias = 18'000'000, lat_bias = 9'000'000;

    std::array<std::uint64_t, 2> words_{};
};

static_assert(sizeof(PackedPoint) == 16);

}  // namespace simtrail
