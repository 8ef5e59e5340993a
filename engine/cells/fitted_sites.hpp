#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/cells/fixed_point.hpp"
#include "engine/cells/section_file.hpp"
#include "engine/events/radio.hpp"

namespace simtrail {

/// The least and the greatest key of the cells that share a site with this one: of an LTE cell those of its eNodeB, which the
/// last byte numbers (TS 36.300, 8.2); else its own.
constexpr std::pair<std::uint64_t, std::uint64_t> site_keys(Radio radio, std::uint64_t cell_key) noexcept {
    constexpr std::uint64_t cells_of_site = 255;
    if (radio != Radio::lte) return {cell_key, cell_key};
    return {cell_key & ~cells_of_site, cell_key | cells_of_site};
}

/// Where the timing advance of learnt places says that a site's antennas stand, as it is in the file; sorted by radio, key and
/// number of keys.
struct PackedSite {
    std::uint64_t key = 0;  // the least of its cells'
    FixedPoint place;
    std::uint16_t radio = 0;
    std::uint16_t keys = 1;        // from the least: 1 where the antennas of its cells stand apart
    std::uint16_t residual_m = 0;  // median, of the distance to a place less what its timing advance says
    std::uint16_t places = 0;      // behind it, at most 65,535
};
static_assert(sizeof(PackedSite) == 24);

/// A read-only view of the fitted sites in a model file; empty where it has none. Cheap to copy; the bytes must outlive it.
/// Thread-safe. A hostile file cannot make it read outside, or give a place that is none.
class FittedSites {
   public:
    FittedSites() = default;

    static std::expected<FittedSites, std::string> open(const SectionFile& file);

    std::span<const PackedSite> all() const noexcept { return sites_; }

    /// Where a cell's antenna stands: as the cell itself says, else its site.
    std::optional<GeoPoint> find(Radio radio, std::uint64_t cell_key) const noexcept;

   private:
    std::optional<GeoPoint> find(Radio radio, std::uint64_t first, std::uint64_t last) const noexcept;

    std::span<const PackedSite> sites_;
};

}  // namespace simtrail
