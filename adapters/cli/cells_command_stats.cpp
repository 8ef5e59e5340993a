#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cli/cells_command.hpp"
#include "adapters/cli/command.hpp"

namespace simtrail::cli {

namespace {

struct StatsOptions {
    Paths files;
    bool verify = false;
    bool json = false;
};

struct CellStatistics {
    std::uint64_t cells = 0, areas = 0, bytes = 0;
    std::uint64_t with_azimuth = 0, with_height = 0, with_range = 0, learnt = 0;
    std::map<std::pair<Radio, Plmn>, std::uint64_t> networks;
    GeoPoint south_west{180, 90}, north_east{-180, -90};

    void count(const CellIdentity& identity, const CellRecord& record) {
        ++networks[{identity.radio, identity.plmn}];
        with_azimuth += record.azimuth_deg.has_value();
        with_height += record.height_m.has_value();
        with_range += record.range_m != 0;
        learnt += record.learnt;
        south_west = {std::min(south_west.lon_deg, record.site.lon_deg),
                      std::min(south_west.lat_deg, record.site.lat_deg)};
        north_east = {std::max(north_east.lon_deg, record.site.lon_deg),
                      std::max(north_east.lat_deg, record.site.lat_deg)};
    }
    double share(std::uint64_t part) const {
        return cells == 0 ? 0 : static_cast<double>(part) / static_cast<double>(cells);
    }
};

CellStatistics describe(const CellTable& table) {
    CellStatistics statistics{.cells = table.size(), .areas = table.area_count(), .bytes = table.file_bytes()};
    table.for_each([&](const CellIdentity& identity, const CellRecord& record) { statistics.count(identity, record); });
    return statistics;
}

void print_table(const CellStatistics& s) {
    fmt::print("cells       {:>12}\nareas       {:>12}\nbytes       {:>12}\n", s.cells, s.areas, s.bytes);
    if (s.cells == 0) return;
    fmt::print("bytes/cell  {:>12.1f}\n", static_cast<double>(s.bytes) / static_cast<double>(s.cells));
    fmt::print("azimuth {:.1f} %, height {:.1f} %, range {:.1f} %, learnt {:.1f} %\n", 100 * s.share(s.with_azimuth),
               100 * s.share(s.with_height), 100 * s.share(s.with_range), 100 * s.share(s.learnt));
    fmt::print("from {:.5f},{:.5f} to {:.5f},{:.5f} (lon,lat)\n", s.south_west.lon_deg, s.south_west.lat_deg,
               s.north_east.lon_deg, s.north_east.lat_deg);
    fmt::print("\nradio    mcc  mnc       cells\n");
    for (const auto& [network, cells] : s.networks)
        fmt::print("{:<6}  {:>4} {:>4}  {:>10}\n", name(network.first), network.second.mcc, network.second.mnc, cells);
}

void print_json(const CellStatistics& s) {
    nlohmann::json networks = nlohmann::json::array();
    for (const auto& [network, cells] : s.networks)
        networks.push_back({{"radio", name(network.first)},
                            {"mcc", network.second.mcc},
                            {"mnc", network.second.mnc},
                            {"cells", cells}});
    nlohmann::json json{{"cells", s.cells},
                        {"areas", s.areas},
                        {"bytes", s.bytes},
                        {"withAzimuth", s.share(s.with_azimuth)},
                        {"withHeight", s.share(s.with_height)},
                        {"withRange", s.share(s.with_range)},
                        {"learnt", s.share(s.learnt)},
                        {"networks", networks}};
    if (s.cells != 0)
        json["bbox"] = {s.south_west.lon_deg, s.south_west.lat_deg, s.north_east.lon_deg, s.north_east.lat_deg};
    fmt::print("{}\n", json.dump());
}

void run(const StatsOptions& options) {
    const auto loaded = cells::load_cells(options.files);
    if (options.verify)
        if (const auto intact = loaded.table().verify(); !intact)
            throw CommandError(ExitCode::failed, options.files.front().string() + ": " + intact.error());
    const auto statistics = describe(loaded.table());
    options.json ? print_json(statistics) : print_table(statistics);
}

}  // namespace

void add_cells_stats_command(CLI::App& cells) {
    auto options = std::make_shared<StatsOptions>();
    auto* command = cells.add_subcommand("stats", "describe cell tables");
    command->add_option("FILE", options->files, "cell tables, compiled or not")->required()->check(CLI::ExistingFile);
    command->add_flag("--verify", options->verify, "compare the bodies with their checksums");
    command->add_flag("--json", options->json, "one JSON object on standard output");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
