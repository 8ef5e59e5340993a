#pragma once

#include <random>

#include "engine/events/cell_event.hpp"

namespace simtrail::testing {

/// Events of every shape the contract allows, from a seed.
class MadeEvents {
   public:
    explicit MadeEvents(std::uint64_t seed) : random_(seed) {}

    CellEvent next() {
        CellEvent event{.ts_ms = 1'700'000'000'000 + number(0, 1'000'000'000),
                        .msisdn = *Msisdn::parse("919876543210")};
        event.serving = cell();
        if (often()) event.pci = static_cast<std::uint16_t>(number(0, max_pci(event.serving.radio)));
        if (often()) event.signal_dbm = static_cast<std::int16_t>(number(min_signal_dbm, max_signal_dbm));
        if (often()) event.quality_db = static_cast<std::int16_t>(number(min_quality_db, max_quality_db));
        if (often()) event.timing_advance = static_cast<std::uint16_t>(number(0, max_timing_advance));
        for (auto count = number(-8, 16); count > 0; --count)
            event.neighbours.push_back(neighbour(event.serving.radio));
        return event;
    }

    CellIdentity cell() {
        CellIdentity cell{
            .radio = static_cast<Radio>(number(0, 3)),
            .plmn = {static_cast<std::uint16_t>(number(0, 999)), static_cast<std::uint16_t>(number(0, 999))}};
        cell.cell = static_cast<std::uint64_t>(number(0, static_cast<std::int64_t>(max_cell(cell.radio))));
        const bool needed = cell.radio == Radio::gsm || cell.radio == Radio::umts;
        if (needed || often()) cell.area = static_cast<std::uint32_t>(number(0, max_area(cell.radio)));
        return cell;
    }

    std::int64_t number(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool often() { return random_() % 4 != 0; }

   private:
    Neighbour neighbour(Radio radio) {
        Neighbour n{.signal_dbm = static_cast<std::int16_t>(number(min_signal_dbm, max_signal_dbm))};
        if (often()) n.cell = static_cast<std::uint64_t>(number(0, static_cast<std::int64_t>(max_cell(radio))));
        if (n.cell && often()) n.area = static_cast<std::uint32_t>(number(0, max_area(radio)));
        if (!n.cell || often()) n.pci = static_cast<std::uint16_t>(number(0, max_pci(radio)));
        return n;
    }

    std::mt19937_64 random_;
};

}  // namespace simtrail::testing
