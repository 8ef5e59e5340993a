#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "adapters/report/axes.hpp"
#include "adapters/report/drawings.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail::report {

namespace {

constexpr double width = 1000, least_height = 400, most_height = 800, margin = 40;
constexpr std::size_t most_dots = 4000, most_truths = 12'000, most_radii = 120, most_sites = 1500;
constexpr std::int64_t path_gap_ms = 120'000;  // known positions farther apart are not joined

struct Pixel {
    double x, y;
};

/// Equirectangular about the middle of the known positions, which fill the drawing.
class Projection {
   public:
    explicit Projection(std::span<const Answer> answers) {
        const auto [west, east] =
            std::ranges::minmax(answers, {}, [](const Answer& a) { return a.truth.position.lon_deg; });
        const auto [south, north] =
            std::ranges::minmax(answers, {}, [](const Answer& a) { return a.truth.position.lat_deg; });
        origin_ = {(west.truth.position.lon_deg + east.truth.position.lon_deg) / 2,
                   (south.truth.position.lat_deg + north.truth.position.lat_deg) / 2};
        const Offset corner = offset_between(origin_, {east.truth.position.lon_deg, north.truth.position.lat_deg});
        metres_per_pixel_ =
            std::max({corner.east_m * 2 / (width - 2 * margin), corner.north_m * 2 / (most_height - 2 * margin), 0.5});
        height_ = std::max(least_height, std::ceil(corner.north_m * 2 / metres_per_pixel_ + 2 * margin));
    }

    Pixel operator()(GeoPoint point) const noexcept {
        const Offset offset = offset_between(origin_, point);
        return {width / 2 + offset.east_m / metres_per_pixel_, height_ / 2 - offset.north_m / metres_per_pixel_};
    }
    double pixels(double metres) const noexcept { return metres / metres_per_pixel_; }
    double metres(double pixels) const noexcept { return pixels * metres_per_pixel_; }
    double height() const noexcept { return height_; }
    bool shows(Pixel p) const noexcept { return p.x >= 0 && p.x <= width && p.y >= 0 && p.y <= height_; }

   private:
    GeoPoint origin_;
    double metres_per_pixel_ = 1, height_ = least_height;
};

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

void draw_sites(const CellTable& cells, const Projection& project, MapDrawing& map) {
    Sites antennas, learnt;
    cells.for_each([&](const CellIdentity&, const CellRecord& cell) {
        const Pixel p = project(cell.site);
        if (project.shows(p)) (cell.learnt ? learnt : antennas).add(p);
    });
    for (const auto& [sites, kind] : {std::pair(&learnt, "learnt"), std::pair(&antennas, "site")}) {
        if (sites->size() == 0) continue;
        const auto places = sites->thinned();
        map.sites += sites->size();
        map.sites_drawn += places.size();
        map.svg += triangles(places, kind);
    }
    map.any_antenna = antennas.size() > 0;
    map.any_learnt = learnt.size() > 0;
}

std::string radii(std::span<const Answer> answers, const Projection& project) {
    std::string svg = R"(<g class="radii">)";
    for (std::size_t i = 0; i < answers.size(); i += stride(answers.size(), most_radii)) {
        const Pixel p = project(answers[i].point.position());
        if (project.shows(p))
            svg += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>)", p.x, p.y,
                               project.pixels(answers[i].point.accuracy_m));
    }
    return svg + "</g>";
}

/// The whole ways of as many subscribers as there is room for: of each way a part would be none.
std::string truth_paths(std::span<const Answer> answers, const Projection& project) {
    std::map<Msisdn, std::vector<Truth>> ways;
    for (const Answer& answer : answers) ways[answer.truth.msisdn].push_back(answer.truth);
    const std::size_t step = std::min(stride(answers.size(), most_truths), ways.size());
    std::string path;
    std::size_t drawn = 0, number = 0;
    for (auto& [msisdn, way] : ways) {
        if (number++ % step != 0) continue;
        std::ranges::sort(way, {}, &Truth::ts_ms);
        const Truth* before = nullptr;
        for (const Truth& truth : way) {
            if (++drawn > 2 * most_truths) break;  // few subscribers of very long ways
            const bool joined = before != nullptr && truth.ts_ms - before->ts_ms <= path_gap_ms;
            const Pixel p = project(truth.position);
            path += fmt::format("{}{:.1f} {:.1f}{}", joined ? 'L' : 'M', p.x, p.y, joined ? "" : "h0");
            before = &truth;
        }
    }
    return fmt::format(R"(<path class="truth" d="{}"/>)", path);
}

/// All dots of a confidence in one path: a dot is a round cap of no length.
std::string dots(std::span<const Answer> answers, Confidence confidence, const Projection& project) {
    std::string path;
    for (std::size_t i = 0; i < answers.size(); i += stride(answers.size(), most_dots)) {
        const Pixel p = project(answers[i].point.position());
        if (answers[i].point.confidence == confidence && project.shows(p))
            path += fmt::format("M{:.1f} {:.1f}h0", p.x, p.y);
    }
    return fmt::format(R"(<path class="dots {}" d="{}"/>)", name(confidence), path);
}

std::string error_lines(std::span<const Answer> worst, const Projection& project) {
    std::string svg = R"(<g class="worst">)";
    for (std::size_t number = worst.size(); number > 0; --number) {  // the first on top
        const Answer& answer = worst[number - 1];
        const Pixel from = project(answer.truth.position), to = project(answer.point.position());
        svg += fmt::format(R"(<line x1="{0:.1f}" y1="{1:.1f}" x2="{2:.1f}" y2="{3:.1f}"/>)"
                           R"(<circle cx="{0:.1f}" cy="{1:.1f}" r="9"><title>{5:.0f} m off</title></circle>)"
                           R"(<text x="{0:.1f}" y="{1:.1f}" dy="3.5">{4}</text>)",
                           from.x, from.y, to.x, to.y, number, answer.error_m);
    }
    return svg + "</g>";
}

std::string scale_and_north(const Projection& project) {
    const double length = round_down(project.metres(200));
    const std::string label = length >= 1000 ? fmt::format("{:g} km", length / 1000) : fmt::format("{:g} m", length);
    return fmt::format(R"(<g class="scale"><path d="M24 {0}v8h{1:.1f}v-8"/><text x="{2:.1f}" y="{3}">{4}</text>)"
                       R"(<path class="north" d="M966 22l9 26-9-6-9 6z"/><text x="966" y="64">N</text></g>)",
                       project.height() - 30, project.pixels(length), 24 + project.pixels(length) / 2,
                       project.height() - 30, label);
}

}  // namespace

MapDrawing map_drawing(std::span<const Answer> answers, std::span<const Answer> worst, const CellTable& cells) {
    const Projection project(answers);
    MapDrawing map{.svg = fmt::format(R"(<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="Map">)", width,
                                      project.height()),
                   .answers = answers.size()};
    draw_sites(cells, project, map);
    map.svg += radii(answers, project);
    map.svg += truth_paths(answers, project);
    for (const auto confidence : {Confidence::none, Confidence::low, Confidence::medium, Confidence::high})
        map.svg += dots(answers, confidence, project);
    map.svg += error_lines(worst, project) + scale_and_north(project) + "</svg>";
    map.answers_off_map = static_cast<std::size_t>(std::ranges::count_if(
        answers, [&](const Answer& answer) { return !project.shows(project(answer.point.position())); }));
    return map;
}

}  // namespace simtrail::report
