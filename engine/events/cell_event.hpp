#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/events/cell_identity.hpp"
#include "engine/events/msisdn.hpp"

namespace simtrail {

/// A neighbour cell in a measurement report: named by its identity, by its physical cell id, or by both.
struct Neighbour {
    std::optional<std::uint64_t> cell;
    std::optional<std::uint32_t> area;  // with `cell`; the serving cell's where absent
    std::optional<std::uint16_t> pci;   // PSC (UMTS) or PCI (LTE, NR)
    std::int16_t signal_dbm = 0;        // RxLev, RSCP or RSRP

    friend constexpr bool operator==(const Neighbour&, const Neighbour&) noexcept = default;
};

/// Neighbours of one event, by value and bounded. GSM reports 6 neighbours, LTE and NR 8 a frequency; 16 is room for two.
class Neighbours {
   public:
    static constexpr std::size_t capacity = 16;

    /// False, and nothing added, when full.
    constexpr bool push_back(const Neighbour& neighbour) noexcept {
        if (size_ == capacity) return false;
        items_[size_++] = neighbour;
        return true;
    }
    constexpr void clear() noexcept { size_ = 0; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr std::span<const Neighbour> view() const noexcept { return {items_.data(), size_}; }
    constexpr auto begin() const noexcept { return view().begin(); }
    constexpr auto end() const noexcept { return view().end(); }

    friend constexpr bool operator==(const Neighbours& a, const Neighbours& b) noexcept {
        if (a.size_ != b.size_) return false;
        for (std::size_t i = 0; i < a.size_; ++i)
            if (!(a.items_[i] == b.items_[i])) return false;
        return true;
    }

   private:
    std::array<Neighbour, capacity> items_{};
    std::uint8_t size_ = 0;
};

inline constexpr int min_signal_dbm = -160,
                     max_signal_dbm = 0;  // covers RxLev, RSCP, RSRP and SS-RSRP (TS 38.133: from -156)
inline constexpr int min_quality_db = -50, max_quality_db = 40;  // covers Ec/N0, RSRQ and SS-SINR
inline constexpr int max_timing_advance = 3846;                  // NR's; GSM 63 (219 extended), LTE 1282

/// What the network observed: one subscriber, one instant, the serving cell, and what was measured.
struct CellEvent {
    std::int64_t ts_ms = 0;  // Unix milliseconds, when the network observed it
    Msisdn msisdn;
    CellIdentity serving;
    std::optional<std::uint16_t> pci;
    std::optional<std::int16_t> signal_dbm;       // RxLev, RSCP or RSRP
    std::optional<std::int16_t> quality_db;       // Ec/N0 or RSRQ
    std::optional<std::uint16_t> timing_advance;  // in the radio's own steps
    Neighbours neighbours;
};

/// Metres of distance one step of timing advance stands for: GSM 553.5 (TS 45.010), LTE 78.12 (16 Ts, TS 36.213).
/// UMTS and NR: LTE's step is taken, which NR uses at 15 kHz spacing.
constexpr double timing_advance_step_m(Radio radio) noexcept { return radio == Radio::gsm ? 553.5 : 78.12; }

}  // namespace simtrail
