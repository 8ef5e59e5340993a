#pragma once

#include <cstdint>
#include <optional>

#include "engine/codec/bytes.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/positioning/belief.hpp"
#include "engine/positioning/cell_history.hpp"
#include "engine/tracing/trace_point.hpp"

namespace simtrail {

/// A track's motion so far: its newest position and the cells that served it last. A value, one a track; it changes only by
/// points in order of observation, so it can be rebuilt from stored points and their evidence.
class MotionFilter {
   public:
    struct Position {
        std::int64_t tis_ms = 0;
        GeoPoint place;
        double accuracy_m = 0;
        friend bool operator==(const Position&, const Position&) noexcept = default;
    };

    /// The newest position, to hold where an event gives none.
    const std::optional<Position>& last() const noexcept { return last_; }

    /// What is odd about finding `event` at `candidate` after all that came before:
    /// `handoverOscillation`: the serving cell was left for another and is back within `oscillation_window_ms`
    /// (the A-B-A rule of DECRE: W. Wu et al., "Oscillation resolution for mobile phone cellular tower data", 2014);
    /// `implausibleSpeed`: even with both radii granted, faster than `max_speed_mps`.
    ErrorReasons judge(const CellEvent& event, const Position& candidate) const noexcept;

    /// The cells that served it last.
    const CellHistory& history() const noexcept { return history_; }

    /// Where it may have been.
    const Belief& belief() const noexcept { return belief_; }

    /// Takes a published point, the event behind it, and where that left the candidates.
    void advance(const CellEvent& event, const TracePoint& point, const Belief& belief) noexcept;

    static constexpr std::int64_t oscillation_window_ms = 60'000;
    static constexpr double max_speed_mps = 100;  // 360 km/h: faster than any train a phone rides in here

    void append_to(ByteWriter& out) const;
    static MotionFilter read_from(ByteReader& in);

    /// False where bytes that were read make no sense: no place on Earth, no finite radius.
    bool is_plausible() const noexcept;

    friend bool operator==(const MotionFilter&, const MotionFilter&) noexcept = default;

   private:
    std::optional<Position> last_;
    CellHistory history_;
    Belief belief_;
};

}  // namespace simtrail
