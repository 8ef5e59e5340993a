#pragma once

#include <cstdint>

namespace simtrail::simulate {

/// A well-mixed word of a word: splitmix64's finaliser (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ x >> 27) * 0x94D049BB133111EBULL;
    return x ^ x >> 31;
}

/// Roughly normal, mean 0, deviation 1, of a random word: four 16-bit uniforms summed (Irwin-Hall). Within +-3.5.
constexpr double normal_of(std::uint64_t word) noexcept {
    const auto sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + (word >> 48);
    constexpr double mean = 2 * 65535.0, deviation = 65536 * 0.57735026918962573;  // sqrt(4/12)
    return (static_cast<double>(sum) - mean) / deviation;
}

/// splitmix64, eight bytes of state. The standard's distributions differ between libraries; these do not.
class Random {
   public:
    explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}
    constexpr std::uint64_t word() noexcept { return mixed(state_ += 0x9E3779B97F4A7C15ULL); }
    /// In [0, 1).
    constexpr double uniform() noexcept { return static_cast<double>(word() >> 11) * 0x1p-53; }
    constexpr double between(double low, double high) noexcept { return low + (high - low) * uniform(); }
    /// In [0, count); count > 0.
    constexpr std::uint32_t below(std::uint32_t count) noexcept {
        return static_cast<std::uint32_t>((word() >> 32) * count >> 32);
    }
    constexpr bool chance(double share) noexcept { return share > 0 && uniform() < share; }
    constexpr double normal() noexcept { return normal_of(word()); }

   private:
    std::uint64_t state_;
};

}  // namespace simtrail::simulate
