#include "engine/cells/fitted_sites.hpp"

#include <algorithm>
#include <tuple>

namespace simtrail {

std::expected<FittedSites, std::string> FittedSites::open(const SectionFile& file) {
    FittedSites sites;
    const auto section = file.find(SectionKind::fitted_sites, 0);
    if (!section) return sites;
    if (section->body.size() % sizeof(PackedSite) != 0)
        return std::unexpected("its section of fitted sites has a broken length");
    // Bodies begin on cache lines, and the items are plain numbers: they are read where they are.
    sites.sites_ = {reinterpret_cast<const PackedSite*>(section->body.data()),
                    section->body.size() / sizeof(PackedSite)};
    return sites;
}

std::optional<GeoPoint> FittedSites::find(Radio radio, std::uint64_t cell_key) const noexcept {
    const auto [first, last] = site_keys(radio, cell_key);
    const auto own = find(radio, cell_key, cell_key);
    return own || first == last ? own : find(radio, first, last);
}

std::optional<GeoPoint> FittedSites::find(Radio radio, std::uint64_t first, std::uint64_t last) const noexcept {
    const std::tuple wanted(static_cast<std::uint64_t>(radio), first, last - first + 1);
    const auto order_of = [](const PackedSite& site) {
        return std::tuple(std::uint64_t{site.radio}, site.key, std::uint64_t{site.keys});
    };
    const auto found = std::ranges::lower_bound(sites_, wanted, {}, order_of);
    if (found == sites_.end() || order_of(*found) != wanted) return std::nullopt;
    const GeoPoint place = to_geo(found->place);
    return in_range(place) ? std::optional(place) : std::nullopt;
}

}  // namespace simtrail
