#include "engine/cells/checksum.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace simtrail {

namespace {

constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87, prime2 = 0xC2B2AE3D27D4EB4F, prime3 = 0x165667B19E3779F9,
                        prime4 = 0x85EBCA77C2B2AE63, prime5 = 0x27D4EB2F165667C5;
constexpr std::size_t stripe_bytes = 32;

/// The next number of the bytes, which it consumes.
template <class Number>
std::uint64_t take(std::span<const std::byte>& bytes) noexcept {
    Number number;
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes = bytes.subspan(sizeof number);
    return number;
}

constexpr std::uint64_t stirred(std::uint64_t lane, std::uint64_t word) noexcept {
    return std::rotl(lane + word * prime2, 31) * prime1;
}

constexpr std::uint64_t merged(std::uint64_t hash, std::uint64_t lane) noexcept {
    return (hash ^ stirred(0, lane)) * prime1 + prime4;
}

std::uint64_t hash_stripes(std::span<const std::byte>& bytes) noexcept {
    std::array<std::uint64_t, 4> lanes{prime1 + prime2, prime2, 0, 0 - prime1};
    while (bytes.size() >= stripe_bytes)
        for (auto& lane : lanes) lane = stirred(lane, take<std::uint64_t>(bytes));
    std::uint64_t hash =
        std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    for (const auto lane : lanes) hash = merged(hash, lane);
    return hash;
}

std::uint64_t hash_rest(std::uint64_t hash, std::span<const std::byte> rest) noexcept {
    while (rest.size() >= 8) hash = std::rotl(hash ^ stirred(0, take<std::uint64_t>(rest)), 27) * prime1 + prime4;
    if (rest.size() >= 4) hash = std::rotl(hash ^ take<std::uint32_t>(rest) * prime1, 23) * prime2 + prime3;
    while (!rest.empty()) hash = std::rotl(hash ^ take<std::uint8_t>(rest) * prime5, 11) * prime1;
    return hash;
}

constexpr std::uint64_t avalanched(std::uint64_t hash) noexcept {
    hash = (hash ^ hash >> 33) * prime2;
    hash = (hash ^ hash >> 29) * prime3;
    return hash ^ hash >> 32;
}

}  // namespace

std::uint64_t checksum(std::span<const std::byte> bytes) noexcept {
    const std::uint64_t total = bytes.size();
    const std::uint64_t head = total >= stripe_bytes ? hash_stripes(bytes) : prime5;
    return avalanched(hash_rest(head + total, bytes));
}

}  // namespace simtrail
