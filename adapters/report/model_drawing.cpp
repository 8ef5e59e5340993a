#include "adapters/report/model_drawing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <tuple>
#include <vector>

#include "adapters/report/axes.hpp"
#include "adapters/report/model_statistics.hpp"
#include "adapters/report/projection.hpp"
#include "adapters/report/site_drawing.hpp"
#include "engine/maths/local_plane.hpp"

namespace simtrail::report {

namespace {

constexpr std::string_view style = R"(<style>
svg{--bg:#fff;--ink:#1c2430;--soft:#667085;--site:#8a63c7;--thin:#d92d4a;--d0:#dbe9fb;--d1:#a9ccf5;--d2:#6aa5ea;--d3:#2f7de1;--d4:#12448a;font:13px system-ui,sans-serif}
@media(prefers-color-scheme:dark){svg{--bg:#0f141b;--ink:#e6eaf0;--soft:#93a0b4;--site:#b79cf0;--thin:#fb7185;--d0:#16273d;--d1:#1d4473;--d2:#2f7de1;--d3:#74b0f7;--d4:#d3e6fd}}
.bg{fill:var(--bg)}text{fill:var(--ink)}.scale path{fill:none;stroke:var(--ink);stroke-width:2}.scale .north{fill:var(--ink);stroke:none}.scale text{text-anchor:middle}
path.site{fill:var(--site);fill-opacity:.7}path.learnt{fill:none;stroke:var(--site);stroke-opacity:.5}.thin{fill:none;stroke:var(--thin);stroke-width:1.5}
.d0{fill:var(--d0)}.d1{fill:var(--d1)}.d2{fill:var(--d2)}.d3{fill:var(--d3)}.d4{fill:var(--d4)}
</style>)";

constexpr std::array<std::uint64_t, 4> density_limits{3, 10, 30, 100};  // observations of a square
constexpr std::array<std::string_view, 5> density_names{"1-2", "3-9", "10-29", "30-99", "100 or more"};
constexpr std::size_t most_thin = 400;
constexpr double legend_height = 64;

/// Without the outermost hundredth on each side: one mislocated place does not shrink all others to a dot.
template <class Points>
Box box_of(const Points& points) {
    std::vector<double> lons, lats;
    for (const GeoPoint point : points) {
        lons.push_back(point.lon_deg);
        lats.push_back(point.lat_deg);
    }
    std::ranges::sort(lons);
    std::ranges::sort(lats);
    const std::size_t cut = lons.size() / 100;
    return {{lons[cut], lats[cut]}, {lons[lons.size() - 1 - cut], lats[lats.size() - 1 - cut]}};
}

Box map_box(const CellTable& table) {
    std::vector<GeoPoint> points;
    for (const PackedFingerprint& place : table.fingerprints().fingerprints()) points.push_back(to_geo(place.place));
    if (points.empty())
        table.for_each([&points](const CellIdentity&, const CellRecord& cell) { points.push_back(cell.site); });
    return box_of(points);
}

/// Squares of a round length that can be seen, all of one density in one path.
std::string density(const CellTable& table, const Box& box, const Projection& project, double side_m) {
    std::array<std::string, density_names.size()> paths;
    const LocalPlane plane(box.south_west);
    const double side = project.pixels(side_m);
    for (const Square& square : squares_of(table.fingerprints(), box.south_west, side_m)) {
        const Pixel p = project(plane.to_geo({square.east * side_m, (square.north + 1) * side_m}));
        if (!project.shows(p)) continue;
        const auto grade = std::ranges::upper_bound(density_limits, square.observations) - density_limits.begin();
        paths[static_cast<std::size_t>(grade)] +=
            fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z", p.x, p.y, side, side, side);
    }
    std::string svg;
    for (std::size_t i = 0; i < paths.size(); ++i)
        if (!paths[i].empty()) svg += fmt::format(R"(<path class="d{}" d="{}"/>)", i, paths[i]);
    return svg;
}

std::string thin_cells(const FingerprintMap& map, const Projection& project) {
    std::vector<const PackedCellPlaces*> thin;
    for (const PackedCellPlaces& cell : map.cells())
        if (cell.own_count > 0 && is_thin(cell) && project.shows(project(to_geo(cell.centre)))) thin.push_back(&cell);
    std::ranges::sort(
        thin, {}, [](const PackedCellPlaces* cell) { return std::tuple(cell->observations, cell->radio, cell->key); });
    if (thin.size() > most_thin) thin.resize(most_thin);
    std::string svg;
    for (const PackedCellPlaces* cell : thin) {
        const Pixel p = project(to_geo(cell->centre));
        svg +=
            fmt::format(R"(<circle class="thin" cx="{:.1f}" cy="{:.1f}" r="6"><title>{} observations</title></circle>)",
                        p.x, p.y, cell->observations);
    }
    return svg;
}

std::string legend(double top, double side_m, bool learnt) {
    if (!learnt) return fmt::format(R"(<text x="24" y="{}">triangles: sites; nothing was learnt</text>)", top + 24);
    std::string svg = fmt::format(R"(<text x="24" y="{}">observations of {:g} m squares:</text>)", top + 24, side_m);
    for (std::size_t i = 0; i < density_names.size(); ++i)
        svg += fmt::format(R"(<path class="d{}" d="M{} {}h14v14h-14z"/><text x="{}" y="{}">{}</text>)", i,
                           270 + 110 * i, top + 12, 290 + 110 * i, top + 24, density_names[i]);
    return svg +
           fmt::format(
               R"(<circle class="thin" cx="31" cy="{}" r="6"/><text x="46" y="{}">thin: a learnt cell with fewer )"
               R"(than {} observations, or of one day only; triangles: sites (filled), learnt centres (open)</text>)",
               top + 44, top + 48, few_observations);
}

}  // namespace

std::string model_drawing(const CellTable& table) {
    constexpr double least_pixels = 5;
    const Box box = map_box(table);
    const Projection project(box);
    const double side_m = std::max(LearntStatistics::square_m, next_round(round_down(project.metres(least_pixels))));
    const bool learnt = !table.fingerprints().empty();
    std::string svg = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="What the model knows">)"
        "{2}\n"
        R"(<path class="bg" d="M0 0h{0}v{1}h-{0}z"/>)",
        Projection::width, project.height() + legend_height, style);
    if (learnt) svg += density(table, box, project, side_m);
    svg += site_drawing(table, project).svg;
    if (learnt) svg += thin_cells(table.fingerprints(), project);
    return svg + scale_and_north(project) + legend(project.height(), side_m, learnt) + "</svg>\n";
}

}  // namespace simtrail::report
