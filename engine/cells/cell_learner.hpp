#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/cells/cell_table_builder.hpp"
#include "engine/cells/fixed_point.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// Learns where cells are used from observations with a known place: per cell the median place, and as its range the
/// distance that holds 95 % of the observations. Observations too far off to be the cell's are left out. Does not depend on
/// the order of observations. 8 bytes an observation. Not thread-safe.
class CellLearner {
   public:
    /// False, and nothing noted, where identity or place is out of range or the place is 0,0.
    bool observe(const CellIdentity& identity, std::optional<std::uint16_t> pci, GeoPoint place);

    std::uint64_t observations() const noexcept { return observations_; }

    /// Adds every cell observed, marked as learnt.
    void learn_into(CellTableBuilder& builder) const;

   private:
    /// A number that counts only while every observation that has one agrees.
    struct Agreed {
        std::optional<std::uint32_t> value{};
        bool contradicted = false;
        void note(std::optional<std::uint32_t> seen) noexcept;
        std::optional<std::uint32_t> get() const noexcept;
    };
    struct Observed {
        CellIdentity identity;
        Agreed area, pci;
        std::vector<FixedPoint> places;
    };

    static CellRecord learn(const Observed& observed);

    std::array<std::unordered_map<std::uint64_t, Observed>, radio_names.size()> radios_;  // by key
    std::uint64_t observations_ = 0;
};

}  // namespace simtrail
