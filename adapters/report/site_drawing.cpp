#include "adapters/report/site_drawing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace simtrail::report {

namespace {

constexpr std::size_t most_sites = 1500;  // of a kind: more cover one another

using Whole = std::pair<int, int>;  // a pixel's place

/// The places of one kind of site, one a pixel: sectors share a mast.
class Sites {
   public:
    void add(Pixel p) { places_.emplace(std::lround(p.x), std::lround(p.y)); }
    std::size_t size() const noexcept { return places_.size(); }

    /// One of each square of the finest grid that leaves at most `most_sites`.
    std::vector<Whole> thinned() const {
        for (int square = 5;; square += 2) {
            std::map<Whole, Whole> kept;
            for (const Whole& place : places_) kept.try_emplace({place.first / square, place.second / square}, place);
            if (kept.size() > most_sites) continue;
            std::vector<Whole> left;
            left.reserve(kept.size());
            for (const auto& [at, place] : kept) left.push_back(place);
            return left;
        }
    }

   private:
    std::set<Whole> places_;
};

/// Triangles, all of a kind in one path.
std::string triangles(std::span<const Whole> places, std::string_view kind) {
    std::string path;
    for (const auto& [x, y] : places) path += fmt::format("M{} {}l4 7h-8z", x, y - 4);
    return fmt::format(R"(<path class="{}" d="{}"/>)", kind, path);
}

}  // namespace

SiteDrawing site_drawing(const CellTable& cells, const Projection& project) {
    SiteDrawing map;
    Sites antennas, learnt;
    cells.for_each([&](const CellIdentity&, const CellRecord& cell) {
        const Pixel p = project(cell.site);
        if (project.shows(p)) (cell.learnt ? learnt : antennas).add(p);
    });
    for (const auto& [sites, kind] : {std::pair(&learnt, "learnt"), std::pair(&antennas, "site")}) {
        if (sites->size() == 0) continue;
        const auto places = sites->thinned();
        map.sites += sites->size();
        map.drawn += places.size();
        map.svg += triangles(places, kind);
    }
    map.any_antenna = antennas.size() > 0;
    map.any_learnt = learnt.size() > 0;
    return map;
}

}  // namespace simtrail::report
