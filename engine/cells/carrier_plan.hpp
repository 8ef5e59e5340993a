#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace simtrail {

/// How an operator numbers the cells of its eNodeBs (TS 36.300, 8.2: the last byte of an ECI), as far as the number tells a
/// cell's carrier frequency: local number modulo a divisor, or divided by it. Phones report the cells of one carrier, so only
/// these are rivals. A value.
class CarrierPlan {
   public:
    /// A cell of a site table: of which eNodeB, with what local number and PCI.
    struct NumberedCell {
        std::uint64_t site = 0;
        std::uint8_t local = 0;
        std::uint16_t pci = 0;
    };

    /// All cells on one carrier.
    CarrierPlan() = default;

    /// The plan that best explains the cells, which are sorted by site: two of one eNodeB that share a PCI cannot be on one
    /// carrier (TS 36.300, 22.3.5), and most others can. One carrier where no plan explains them.
    static CarrierPlan of(std::span<const NumberedCell> cells) noexcept;

    /// For a file, and back. Any number makes a plan.
    std::uint32_t packed() const noexcept { return std::uint32_t{divisor_} << 1 | std::uint32_t{divides_}; }
    static CarrierPlan unpacked(std::uint64_t packed) noexcept;

    std::uint8_t carrier(std::uint64_t cell) const noexcept {
        const auto local = static_cast<std::uint8_t>(cell);
        return static_cast<std::uint8_t>(divides_ ? local / divisor_ : local % divisor_);
    }

    friend bool operator==(CarrierPlan, CarrierPlan) noexcept = default;

   private:
    CarrierPlan(std::uint8_t divisor, bool divides) noexcept : divisor_(divisor), divides_(divides) {}

    std::uint8_t divisor_ = 1;  // not 0
    bool divides_ = false;
};

}  // namespace simtrail
