#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/events/cell_event.hpp"
#include "engine/positioning/cell_history.hpp"

namespace simtrail {

/// A cell by its radio and exact key, or, where a neighbour gave only its PCI, by a stand-in key for that number.
struct CellKey {
    Radio radio = Radio::gsm;
    std::uint64_t key = 0;
    friend constexpr auto operator<=>(const CellKey&, const CellKey&) noexcept = default;
};

constexpr CellKey key_of(const CellIdentity& identity) noexcept { return {identity.radio, identity.key()}; }

/// Bit 43 is above every cell number: no cell has such a key.
inline constexpr std::uint64_t stands_for_pci = std::uint64_t{1} << 43;

/// The identity of a reported neighbour, where it has one within its fields.
std::optional<CellIdentity> identity_of(const Neighbour& neighbour, const CellIdentity& serving) noexcept;

/// What one event and the cells before it say, in the form in which learnt places keep it.
struct RadioScene {
    struct Heard {
        CellKey cell;
        std::int16_t feature = 0;
        std::uint16_t pci = CellHistory::no_pci;
    };

    CellKey serving;
    std::uint16_t pci = CellHistory::no_pci;
    std::uint16_t previous_pci = CellHistory::no_pci;
    std::uint16_t previous_hash = 0;                // of the cell that served before; 0: not known
    std::optional<std::int16_t> signal_dbm;         // the serving signal, as reported
    std::optional<std::int16_t> fast_16th_dbm;      // the serving signal, smoothed over seconds
    std::optional<std::int16_t> slow_16th_dbm;      // and longer
    std::optional<std::int16_t> previous_16th_dbm;  // the last of the cell before
    std::optional<std::uint16_t> timing_advance;
    double stay_s = 0;            // since the hand-over
    bool has_neighbours = false;  // the event measured cells beside the serving one

    std::array<Heard, Neighbours::capacity + 1> heard{};  // the serving cell first, where its signal is known
    std::size_t heard_count = 0;
    std::span<const Heard> all_heard() const noexcept { return {heard.data(), heard_count}; }
};

/// `history`: of the same subscriber, before the event.
RadioScene scene_of(const CellEvent& event, const CellHistory& history) noexcept;

}  // namespace simtrail
