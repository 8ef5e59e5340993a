#pragma once

#include <cstdint>
#include <optional>

#include "engine/codec/bytes.hpp"
#include "engine/events/cell_event.hpp"

namespace simtrail {

/// The two cells that served a subscriber last, and what was measured on them: a hand-over tells more than a cell. A value;
/// learning and locating keep the same one, so that they see the same evidence.
class CellHistory {
   public:
    /// A stay on one serving cell under one PCI; `last_seen_ms` 0: none. Signals are smoothed, in sixteenths of a decibel.
    struct Stay {
        std::uint64_t key = 0;
        std::int64_t since_ms = 0;
        std::int64_t last_seen_ms = 0;
        std::int16_t fast_16th_dbm = 0;  // 0: never measured
        std::int16_t slow_16th_dbm = 0;
        std::uint16_t pci = no_pci;
        Radio radio = Radio::gsm;

        bool exists() const noexcept { return last_seen_ms != 0; }
        bool is_on(const CellEvent& event) const noexcept;
        void measure(const CellEvent& event) noexcept;
        friend bool operator==(const Stay&, const Stay&) noexcept = default;
    };

    static constexpr std::uint16_t no_pci = 0xFFFF;

    const Stay& current() const noexcept { return current_; }
    const Stay& previous() const noexcept { return previous_; }

    /// Takes an event. Precondition: not before the last.
    void advance(const CellEvent& event) noexcept;

    void append_to(ByteWriter& out) const;
    static CellHistory read_from(ByteReader& in);

    friend bool operator==(const CellHistory&, const CellHistory&) noexcept = default;

   private:
    Stay current_, previous_;
};

}  // namespace simtrail
