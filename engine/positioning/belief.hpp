#pragma once

#include <array>
#include <cstdint>

#include "engine/cells/fixed_point.hpp"
#include "engine/codec/bytes.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/positioning/candidates.hpp"

namespace simtrail {

/// Where a subscriber may have been at its last event: the sequence state of its track. Places, not indices into a model, so
/// that it outlives a change of the model. A value.
class Belief {
   public:
    struct Hypothesis {
        std::int16_t east_m = 0, north_m = 0;  // from the anchor
        std::uint8_t weight_20ths = 0;         // natural logarithm below the best, in twentieths
        std::uint8_t heading = 0;              // 256ths of a turn
        std::uint8_t speed_half_mps = 0;       // 0: not known
        std::uint8_t reserved = 0;
        friend bool operator==(const Hypothesis&, const Hypothesis&) noexcept = default;
    };
    static constexpr std::size_t capacity = 16;

    bool empty() const noexcept { return count_ == 0; }
    std::int64_t at_ms() const noexcept { return at_ms_; }

    /// The likeliest candidates, rounded; `log_weight` is taken as it is.
    static Belief of(std::int64_t at_ms, const LocalPlane& plane, const Candidates& candidates,
                     std::size_t most = capacity) noexcept;

    /// As candidates on another plane; weights sum to one.
    Candidates on(const LocalPlane& plane) const noexcept;

    void append_to(ByteWriter& out) const;
    static Belief read_from(ByteReader& in);

    /// False where bytes that were read make no sense.
    bool is_plausible() const noexcept { return in_range(to_geo(anchor_)); }

    friend bool operator==(const Belief&, const Belief&) noexcept = default;

   private:
    std::int64_t at_ms_ = 0;
    FixedPoint anchor_;
    std::uint32_t count_ = 0;
    std::array<Hypothesis, capacity> items_{};
};

/// The unit vector of a heading in 256ths of a turn from north.
Offset direction(std::uint8_t heading) noexcept;

}  // namespace simtrail
