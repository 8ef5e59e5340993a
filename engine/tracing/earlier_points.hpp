#pragma once

#include <cstdint>
#include <vector>

namespace simtrail {

/// Which events became points that a track's ring has let go, as long as they may still come a second time. 8 bytes a point,
/// `max_points` at most: beyond them the oldest half is forgotten.
class EarlierPoints {
   public:
    static constexpr std::size_t max_points = 4096;  // an hour of more than one a second

    /// Unix ms, and a hash of radio and cell. Points before `oldest_ms` need not be known any more.
    void add(std::int64_t ts_ms, std::uint32_t cell_hash, std::int64_t oldest_ms);
    bool has(std::int64_t ts_ms, std::uint32_t cell_hash) const noexcept;

   private:
    void make_room(std::int64_t oldest_ms);

    std::vector<std::uint64_t> points_;  // 42 bits of time, exact, then 22 of the hash; as they were let go
};

}  // namespace simtrail
