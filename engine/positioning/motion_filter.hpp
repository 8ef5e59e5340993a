#pragma once

#include <array>
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
    std::optional<Position> last() const noexcept { return last_.unpacked(); }

    /// What is odd about finding `event` at `candidate` after all that came before, by rules that need no later event:
    /// `handoverOscillation`: the serving cell was left for up to three others and is back within `oscillation_window_ms`; within
    /// `stable_window_ms` where it had served for `stable_ms` before it was left for one (cycle and stable period of DECRE:
    /// W. Wu et al., "Oscillation Resolution for Mobile Phone Cellular Tower Data to Enable Mobility Modelling", MDM 2014);
    /// `implausibleSpeed`: even with `radii_granted` times both radii granted faster than `max_speed_mps` from the last position that was
    /// believed (DECRE's impossible speed). A jump is believed when another cell bears it out, so that one cell with a wrong
    /// place blames neither the way back nor a journey that went on unseen.
    ErrorReasons judge(const CellEvent& event, const Position& candidate) const noexcept;

    /// The cells that served it last.
    const CellHistory& history() const noexcept { return history_; }

    /// Where it may have been.
    const Belief& belief() const noexcept { return belief_; }

    /// Takes a published point, the event behind it, and where that left the candidates.
    void advance(const CellEvent& event, const TracePoint& point, const Belief& belief) noexcept;

    static constexpr std::int64_t oscillation_window_ms = 60'000;
    static constexpr std::int64_t stable_ms = 600'000, stable_window_ms = 120'000;
    /// A 95 % radius is left behind once in twenty points, on both ends of a step, and a train's own speed leaves little to spare:
    /// with one radius granted 6 to 12 of 100 points of a made fast journey were called impossible, with four 1 in 30,000.
    static constexpr double radii_granted = 5;
    static constexpr double max_speed_mps = 100;  // 360 km/h: faster than any train a phone rides in here

    void append_to(ByteWriter& out) const;
    static MotionFilter read_from(ByteReader& in);

    /// False where bytes that were read make no sense: no place on Earth, no finite radius.
    bool is_plausible() const noexcept;

    friend bool operator==(const MotionFilter&, const MotionFilter&) noexcept = default;

   private:
    /// A published position: 24 bytes, because there are a million tracks, and exact, because it was published in these units.
    struct Spot {
        std::int64_t tis_ms = 0;
        std::int32_t lon_e5 = 0, lat_e5 = 0;
        std::uint32_t accuracy_m = 0;
        bool known = false;

        std::optional<Position> unpacked() const noexcept;
        bool is_plausible() const noexcept;
        void append_to(ByteWriter& out) const;
        static Spot read_from(ByteReader& in);
        friend bool operator==(const Spot&, const Spot&) noexcept = default;
    };
    /// A cell that served before the previous one.
    struct LeftCell {
        std::uint32_t hash = 0;     // 0: none
        std::uint32_t left_ds = 0;  // tenths of a second, modulo 2^32
        friend bool operator==(const LeftCell&, const LeftCell&) noexcept = default;
    };

    bool returns(const CellEvent& event) const noexcept;
    bool jumps(const CellEvent& event, const Position& candidate) const noexcept;

    Spot last_;
    Spot believed_;                   // known while the last is a jump that nothing bears out: where it jumped from
    std::array<LeftCell, 2> left_{};  // the newest first
    CellHistory history_;
    Belief belief_;
};

}  // namespace simtrail
