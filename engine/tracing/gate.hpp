#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/events/msisdn.hpp"
#include "engine/tracing/journal.hpp"

namespace simtrail {

/// Who is tracked: MSISDN to track number, in one flat table (16 bytes a slot, at most half full). A carrier's feed mostly
/// misses it, so a miss costs one memory access, started ahead by `prefetch`. One thread.
class Gate {
   public:
    Gate() : slots_(initial_slots) {}

    void prefetch(Msisdn msisdn) const noexcept { __builtin_prefetch(&slots_[home(msisdn)]); }

    /// The subscriber's track, where there is one.
    std::optional<TrackNumber> find(Msisdn msisdn) const noexcept {
        const Slot& slot = slots_[slot_of(msisdn)];
        if (slot.msisdn == empty) return std::nullopt;
        return slot.track;
    }

    /// Opens the gate for a subscriber, or gives its track another number.
    void put(Msisdn msisdn, TrackNumber track) {
        if ((size_ + 1) * 2 > slots_.size()) grow();
        Slot& slot = slots_[slot_of(msisdn)];
        if (slot.msisdn == empty) ++size_;
        slot = {msisdn.packed(), track};
    }

    /// Shuts the gate for a subscriber.
    void erase(Msisdn msisdn) noexcept {
        std::size_t hole = slot_of(msisdn);
        if (slots_[hole].msisdn == empty) return;
        --size_;
        // Those behind move up, so that no search ends at the hole (Knuth 6.4, algorithm R).
        for (std::size_t i = next(hole); slots_[i].msisdn != empty; i = next(i)) {
            const std::size_t from = home(slots_[i].msisdn);
            const bool may_stay = hole <= i ? hole < from && from <= i : hole < from || from <= i;
            if (may_stay) continue;
            slots_[hole] = slots_[i];
            hole = i;
        }
        slots_[hole] = {};
    }

    std::size_t size() const noexcept { return size_; }

   private:
    struct Slot {
        std::uint64_t msisdn = empty;  // packed; never 0 for a number
        TrackNumber track = 0;
    };
    static constexpr std::uint64_t empty = 0;
    static constexpr std::size_t initial_slots = 1024;  // a power of two, as all later sizes

    std::size_t home(Msisdn msisdn) const noexcept { return home(msisdn.packed()); }
    std::size_t home(std::uint64_t packed) const noexcept {
        return (packed * 0x9E3779B97F4A7C15ULL >> 20) & (slots_.size() - 1);  // std::hash<Msisdn>
    }
    std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & (slots_.size() - 1); }

    /// Where the number is, or would be put.
    std::size_t slot_of(Msisdn msisdn) const noexcept {
        std::size_t i = home(msisdn);
        while (slots_[i].msisdn != empty && slots_[i].msisdn != msisdn.packed()) i = next(i);
        return i;
    }

    void grow() {
        std::vector<Slot> old(slots_.size() * 2);
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.msisdn == empty) continue;
            std::size_t i = home(slot.msisdn);
            while (slots_[i].msisdn != empty) i = next(i);
            slots_[i] = slot;
        }
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

}  // namespace simtrail
