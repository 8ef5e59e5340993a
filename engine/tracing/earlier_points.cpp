#include "engine/tracing/earlier_points.hpp"

#include <algorithm>

namespace simtrail {

namespace {

constexpr int hash_bits = 22;

constexpr std::uint64_t packed(std::int64_t ts_ms, std::uint32_t cell_hash) noexcept {
    return static_cast<std::uint64_t>(ts_ms) << hash_bits | cell_hash >> (32 - hash_bits);
}

}  // namespace

void EarlierPoints::add(std::int64_t ts_ms, std::uint32_t cell_hash, std::int64_t oldest_ms) {
    if (points_.size() == points_.capacity()) make_room(oldest_ms);
    points_.push_back(packed(ts_ms, cell_hash));
}

bool EarlierPoints::has(std::int64_t ts_ms, std::uint32_t cell_hash) const noexcept {
    return std::ranges::find(points_, packed(ts_ms, cell_hash)) != points_.end();
}

/// What is too old goes; where that is little, the room doubles, up to the bound.
void EarlierPoints::make_room(std::int64_t oldest_ms) {
    std::erase_if(points_, [oldest = packed(oldest_ms, 0)](std::uint64_t point) { return point < oldest; });
    if (points_.size() >= max_points) points_.erase(points_.begin(), points_.begin() + max_points / 2);
    if (points_.size() > points_.capacity() / 2) points_.reserve(std::min(2 * points_.capacity(), max_points));
    if (points_.capacity() == 0) points_.reserve(64);
}

}  // namespace simtrail
