#include "engine/cells/carrier_plan.hpp"

#include <algorithm>

namespace simtrail {

namespace {

/// A plan is believed where so few cells of one PCI would share a carrier, and no fewer pairs than these speak for it.
constexpr double most_clashes = 0.01;
constexpr std::uint64_t least_pairs = 20;
constexpr std::uint8_t greatest_divisor = 64;
/// Cells of one eNodeB that are compared with each other; more are antennas of halls and tunnels.
constexpr std::ptrdiff_t most_cells = 12;

/// Pairs of cells of one eNodeB, and how many of them the plan puts on one carrier.
struct Pairs {
    std::uint64_t of_one_pci = 0, clashes = 0;
    std::uint64_t others = 0, together = 0;

    void count(const CarrierPlan& plan, const CarrierPlan::NumberedCell& a,
               const CarrierPlan::NumberedCell& b) noexcept {
        const bool same = plan.carrier(a.local) == plan.carrier(b.local);
        if (a.pci == b.pci) {
            ++of_one_pci;
            clashes += same ? 1 : 0;
        } else {
            ++others;
            together += same ? 1 : 0;
        }
    }
    bool is_believable() const noexcept {
        return of_one_pci >= least_pairs &&
               static_cast<double>(clashes) <= most_clashes * static_cast<double>(of_one_pci);
    }
};

Pairs pairs_under(const CarrierPlan& plan, std::span<const CarrierPlan::NumberedCell> cells) noexcept {
    Pairs pairs;
    for (auto first = cells.begin(); first != cells.end();) {
        const auto last = std::find_if(first, cells.end(), [&](const auto& cell) { return cell.site != first->site; });
        if (last - first <= most_cells)
            for (auto a = first; a != last; ++a)
                for (auto b = a + 1; b != last; ++b) pairs.count(plan, *a, *b);
        first = last;
    }
    return pairs;
}

}  // namespace

CarrierPlan CarrierPlan::of(std::span<const NumberedCell> cells) noexcept {
    CarrierPlan best;
    std::uint64_t most_together = 0;
    for (std::uint8_t divisor = 2; divisor <= greatest_divisor; ++divisor)
        for (const bool divides : {false, true}) {
            const CarrierPlan plan(divisor, divides);
            const Pairs pairs = pairs_under(plan, cells);
            if (!pairs.is_believable() || pairs.together <= most_together) continue;
            best = plan;
            most_together = pairs.together;
        }
    return best;
}

CarrierPlan CarrierPlan::unpacked(std::uint64_t packed) noexcept {
    const auto divisor = static_cast<std::uint8_t>(packed >> 1);
    return divisor == 0 ? CarrierPlan() : CarrierPlan(divisor, (packed & 1) != 0);
}

}  // namespace simtrail
