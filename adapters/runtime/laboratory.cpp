#include "adapters/runtime/laboratory.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace simtrail::runtime {

TrackInfo laboratory_track(std::uint64_t seed, TrackNumber number, Msisdn msisdn) {
    const std::string digits = msisdn.text();
    const XXH128_hash_t hash = XXH3_128bits_withSeed(digits.data(), digits.size(), seed);
    const std::uint64_t high = (hash.high64 & ~0xF000ULL) | 0x8000;
    const std::uint64_t low = (hash.low64 & ~(3ULL << 62)) | 1ULL << 63;
    const std::string uuid = fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xFFFF,
                                         high & 0xFFFF, low >> 48, low & 0xFFFF'FFFF'FFFF);
    return {.number = number,
            .track_id = "mts:track:" + uuid,
            .name = "replay-" + uuid.substr(0, 8) + uuid.substr(24),
            .tenant = laboratory_tenant,
            .msisdn = msisdn};
}

}  // namespace simtrail::runtime
