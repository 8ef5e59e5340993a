#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/cells/cell_table_builder.hpp"
#include "engine/cells/fixed_point.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// Learns where cells are used from observations with a known place: per cell the median place, and as its range the
/// distance that holds 95 % of the observations. Observations too far off to be the cell's are left out. Does not depend on
/// the order of observations. 9 bytes an observation. Not thread-safe.
class CellLearner {
   public:
    /// False, and nothing noted, where identity or place is out of range or the place is 0,0. `part`: of the
    /// observations, by the caller's numbering, so that it can be left out again.
    bool observe(const CellIdentity& identity, std::optional<std::uint16_t> pci, GeoPoint place, std::uint8_t part = 0);

    std::uint64_t observations() const noexcept { return observations_; }

    /// True where the place can be the cell's, given all that was observed of it.
    bool is_plausible(const CellIdentity& identity, GeoPoint place) const;

    /// Adds every cell observed, marked as learnt; from all parts, or those that are included.
    using IncludesPart = std::function<bool(std::uint8_t part)>;
    void learn_into(CellTableBuilder& builder, const IncludesPart& includes = {}) const;

   private:
    /// A number that counts only while every observation that has one agrees.
    struct Agreed {
        std::optional<std::uint32_t> value{};
        bool contradicted = false;
        void note(std::optional<std::uint32_t> seen) noexcept;
        std::optional<std::uint32_t> get() const noexcept;
    };
    /// How far from its centre a cell can be used.
    struct Reach {
        FixedPoint centre;
        double limit_m = 0;
        bool holds(FixedPoint place) const;
    };
    static Reach reach_of(std::vector<FixedPoint> places);
    struct Observed {
        CellIdentity identity;
        Agreed area, pci;
        std::vector<FixedPoint> places;
        std::vector<std::uint8_t> parts;       // beside the places
        mutable std::optional<Reach> reach{};  // of all places, once it is asked for

        std::vector<FixedPoint> places_of(const IncludesPart& includes) const;
    };

    static CellRecord learn(const Observed& observed, std::vector<FixedPoint> all);

    std::array<std::unordered_map<std::uint64_t, Observed>, radio_names.size()> radios_;  // by key
    std::uint64_t observations_ = 0;
};

}  // namespace simtrail
