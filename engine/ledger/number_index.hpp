#pragma once

#include <cstdint>
#include <vector>

namespace simtrail::ledger {

/// Finds record numbers by a hash of something they bear: one flat table, 8 bytes a slot, a quarter empty at least. It keeps
/// no keys: several numbers may share a hash, and the caller looks at the records. A value.
class NumberIndex {
   public:
    /// `number` is not 0.
    void add(std::uint32_t hash, std::uint32_t number) {
        if ((size_ + 1) * 4 > slots_.size() * 3) grow();
        place({hash, number});
        ++size_;
    }

    void remove(std::uint32_t hash, std::uint32_t number) {
        std::size_t i = home(hash);
        while (slots_[i].number != number) {
            if (slots_[i].number == 0) return;
            i = next(i);
        }
        close_gap(i);
        --size_;
    }

    /// The first number with this hash that `is_it` takes; 0 where there is none.
    template <class Predicate>
    std::uint32_t find(std::uint32_t hash, Predicate is_it) const {
        if (slots_.empty()) return 0;
        for (std::size_t i = home(hash); slots_[i].number != 0; i = next(i))
            if (slots_[i].hash == hash && is_it(slots_[i].number)) return slots_[i].number;
        return 0;
    }

   private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t number = 0;  // 0: empty
    };
    static constexpr std::size_t initial_slots = 16;  // a power of two, as all later sizes

    std::size_t home(std::uint32_t hash) const noexcept { return hash & (slots_.size() - 1); }
    std::size_t next(std::size_t i) const noexcept { return (i + 1) & (slots_.size() - 1); }

    void place(Slot slot) {
        std::size_t i = home(slot.hash);
        while (slots_[i].number != 0) i = next(i);
        slots_[i] = slot;
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? initial_slots : slots_.size() * 2);
        old.swap(slots_);
        for (const Slot& slot : old)
            if (slot.number != 0) place(slot);
    }

    /// Moves later slots of the chain up, so that none is cut off from its home.
    void close_gap(std::size_t gap) {
        for (std::size_t i = next(gap); slots_[i].number != 0; i = next(i)) {
            const std::size_t from_home = (i - home(slots_[i].hash)) & (slots_.size() - 1);
            const std::size_t from_gap = (i - gap) & (slots_.size() - 1);
            if (from_home < from_gap) continue;
            slots_[gap] = slots_[i];
            gap = i;
        }
        slots_[gap] = {};
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

}  // namespace simtrail::ledger
