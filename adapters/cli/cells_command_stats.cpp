#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/cells_command.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/report/model_drawing.hpp"
#include "adapters/report/model_statistics.hpp"
#include "adapters/report/signal_statistics.hpp"

namespace simtrail::cli {

namespace {

using report::CellSignal;
using report::CellStatistics;
using report::FactorRange;
using report::LearntStatistics;
using report::SignalStatistics;

struct StatsOptions {
    Paths files;
    std::string picture;
    bool verify = false;
    bool json = false;
};

constexpr std::array<std::string_view, static_cast<std::size_t>(Basis::count_)> basis_names{
    "fingerprint", "fingerprintAround", "learntCell", "learntSite", "movedOn", "siteSignals", "site", "surroundings"};

void print_cells(const CellStatistics& s) {
    fmt::print("cells       {:>12}\nareas       {:>12}\nbytes       {:>12}\n", s.cells, s.areas, s.bytes);
    if (s.cells == 0) return;
    fmt::print("bytes/cell  {:>12.1f}\n", static_cast<double>(s.bytes) / static_cast<double>(s.cells));
    fmt::print("azimuth {:.1f} %, height {:.1f} %, range {:.1f} %, learnt {:.1f} %\n", 100 * s.share(s.with_azimuth),
               100 * s.share(s.with_height), 100 * s.share(s.with_range), 100 * s.share(s.learnt));
    fmt::print("from {:.5f},{:.5f} to {:.5f},{:.5f} (lon,lat)\n", s.box.south_west.lon_deg, s.box.south_west.lat_deg,
               s.box.north_east.lon_deg, s.box.north_east.lat_deg);
    fmt::print("\nradio    surveyed      learnt\n");
    for (std::size_t i = 0; i < s.radios.size(); ++i)
        if (s.radios[i].surveyed + s.radios[i].learnt > 0)
            fmt::print("{:<6}  {:>9}  {:>10}\n", radio_names[i], s.radios[i].surveyed, s.radios[i].learnt);
    fmt::print("\nradio    mcc  mnc       cells\n");
    for (const auto& [network, cells] : s.networks)
        fmt::print("{:<6}  {:>4} {:>4}  {:>10}\n", name(network.first), network.second.mcc, network.second.mnc, cells);
}

void print_learnt(const LearntStatistics& s) {
    fmt::print("\nlearnt places      {:>9}  from {} observations\n", s.places, s.observations);
    fmt::print(
        "ground covered     {:>9.2f}  km2, in squares of {:g} m; {} of {} squares have fewer than {} observations\n",
        s.covered_km2(), LearntStatistics::square_m, s.thin_squares, s.squares, LearntStatistics::thin_square);
    fmt::print("cells that served  {:>9}  of {} heard\n", s.served, s.cells);
    fmt::print("places a cell      {:>9g}  median, {:g} at 90 %, {:g} at 99 %\n", s.places_a_cell.p50,
               s.places_a_cell.p90, s.places_a_cell.p99);
    fmt::print("observations a cell{:>9g}  median, {:g} at 90 %, {:g} at 99 %\n", s.observations_a_cell.p50,
               s.observations_a_cell.p90, s.observations_a_cell.p99);
    fmt::print("thin cells         {:>9}  {} with fewer than {} observations, {} of a single day or drive\n",
               s.thin_cells, s.cells_of_few_observations, report::few_observations, s.cells_of_few_days);
}

void print_cell_signals(const char* which, const std::vector<CellSignal>& cells) {
    fmt::print("\n{} signal     mcc  mnc   area        cell  mean dBm  spread dB  advance  observations\n", which);
    for (const CellSignal& cell : cells)
        fmt::print("{:<14}  {:>4} {:>4} {:>6} {:>11}  {:>8.1f}  {:>9.1f}  {:>7}  {:>12}\n", name(cell.identity.radio),
                   cell.identity.plmn.mcc, cell.identity.plmn.mnc,
                   cell.identity.area ? std::to_string(*cell.identity.area) : "", cell.identity.cell, cell.mean_dbm,
                   cell.deviation_db, cell.timing_advance ? fmt::format("{:.1f}", *cell.timing_advance) : "",
                   cell.observations);
}

void print_signals(const SignalStatistics& s) {
    fmt::print("\nserving signal     {:>9.1f}  dBm, the median of {} cells' means; {:.1f} at 90 %, {:.1f} at 99 %\n",
               -s.below_zero_db.p50, s.cells, -s.below_zero_db.p90, -s.below_zero_db.p99);
    fmt::print("its spread in a cell{:>8.1f}  dB (standard deviation), median; {:.1f} at 90 %, {:.1f} at 99 %\n",
               s.deviation_db.p50, s.deviation_db.p90, s.deviation_db.p99);
    if (s.with_timing_advance > 0)
        fmt::print(
            "timing advance     {:>9.1f}  steps, the median of {} cells' means; {:.1f} at 90 %, {:.1f} at 99 %\n",
            s.timing_advance.p50, s.with_timing_advance, s.timing_advance.p90, s.timing_advance.p99);
    if (s.weakest.empty()) return;
    print_cell_signals("weakest", s.weakest);
    print_cell_signals("widest ", s.widest);
}

void print_calibration(const std::vector<FactorRange>& ranges) {
    fmt::print("\nradius factors      least  greatest  floor m  contexts unlike the built-in\n");
    for (const FactorRange& range : ranges)
        fmt::print("{:<18}{:>7.2f}  {:>8.2f}  {:>7.0f}  {:>5} of {}\n",
                   basis_names[static_cast<std::size_t>(range.basis)], range.least, range.greatest, range.floor_m,
                   range.calibrated, range.contexts);
}

nlohmann::json quantiles_json(const report::Quantiles& quantiles) {
    return {{"median", quantiles.p50}, {"p90", quantiles.p90}, {"p99", quantiles.p99}};
}

nlohmann::json cell_signals_json(const std::vector<CellSignal>& cells) {
    nlohmann::json all = nlohmann::json::array();
    for (const CellSignal& cell : cells) {
        nlohmann::json one{
            {"radio", name(cell.identity.radio)}, {"mcc", cell.identity.plmn.mcc}, {"mnc", cell.identity.plmn.mnc},
            {"cell", cell.identity.cell},         {"mean", cell.mean_dbm},         {"deviation", cell.deviation_db},
            {"observations", cell.observations}};
        if (cell.identity.area) one["area"] = *cell.identity.area;
        if (cell.timing_advance) one["timingAdvance"] = *cell.timing_advance;
        all.push_back(std::move(one));
    }
    return all;
}

nlohmann::json signals_json(const SignalStatistics& s) {
    const report::Quantiles means{
        .p50 = -s.below_zero_db.p50, .p90 = -s.below_zero_db.p90, .p99 = -s.below_zero_db.p99};
    nlohmann::json json{{"cells", s.cells},
                        {"mean", quantiles_json(means)},
                        {"deviation", quantiles_json(s.deviation_db)},
                        {"weakest", cell_signals_json(s.weakest)},
                        {"widest", cell_signals_json(s.widest)}};
    if (s.with_timing_advance > 0) {
        json["timingAdvance"] = quantiles_json(s.timing_advance);
        json["timingAdvance"]["cells"] = s.with_timing_advance;
    }
    return json;
}

nlohmann::json learnt_json(const LearntStatistics& s) {
    return {
        {"places", s.places},
        {"observations", s.observations},
        {"cellsHeard", s.cells},
        {"cellsServed", s.served},
        {"placesPerCell", quantiles_json(s.places_a_cell)},
        {"observationsPerCell", quantiles_json(s.observations_a_cell)},
        {"thinCells",
         {{"all", s.thin_cells}, {"fewObservations", s.cells_of_few_observations}, {"oneDay", s.cells_of_few_days}}},
        {"squares",
         {{"side", LearntStatistics::square_m},
          {"covered", s.squares},
          {"thin", s.thin_squares},
          {"km2", s.covered_km2()}}}};
}

nlohmann::json cells_json(const CellStatistics& s) {
    nlohmann::json networks = nlohmann::json::array(), radios = nlohmann::json::object();
    for (const auto& [network, cells] : s.networks)
        networks.push_back({{"radio", name(network.first)},
                            {"mcc", network.second.mcc},
                            {"mnc", network.second.mnc},
                            {"cells", cells}});
    for (std::size_t i = 0; i < s.radios.size(); ++i)
        if (s.radios[i].surveyed + s.radios[i].learnt > 0)
            radios[std::string(radio_names[i])] = {{"surveyed", s.radios[i].surveyed}, {"learnt", s.radios[i].learnt}};
    nlohmann::json json{{"cells", s.cells},
                        {"areas", s.areas},
                        {"bytes", s.bytes},
                        {"withAzimuth", s.share(s.with_azimuth)},
                        {"withHeight", s.share(s.with_height)},
                        {"withRange", s.share(s.with_range)},
                        {"learnt", s.share(s.learnt)},
                        {"radios", radios},
                        {"networks", networks}};
    if (s.cells != 0)
        json["bbox"] = {s.box.south_west.lon_deg, s.box.south_west.lat_deg, s.box.north_east.lon_deg,
                        s.box.north_east.lat_deg};
    return json;
}

nlohmann::json calibration_json(const std::vector<FactorRange>& ranges) {
    nlohmann::json json;
    for (const FactorRange& range : ranges)
        json[std::string(basis_names[static_cast<std::size_t>(range.basis)])] = {{"least", range.least},
                                                                                 {"greatest", range.greatest},
                                                                                 {"floor", range.floor_m},
                                                                                 {"contexts", range.contexts},
                                                                                 {"calibrated", range.calibrated}};
    return json;
}

void print(const CellTable& table, bool as_json) {
    const auto cells = report::describe_cells(table);
    const auto learnt = report::describe_learnt(table.fingerprints());
    const auto signals = report::describe_signals(table.fingerprints());
    const auto factors = report::describe_calibration(table.calibration());
    if (as_json) {
        auto json = cells_json(cells);
        if (learnt) {
            json["model"] = learnt_json(*learnt);
            json["model"]["radiusFactors"] = calibration_json(factors);
            json["model"]["fittedSites"] = table.fitted_sites().all().size();
            if (signals) json["model"]["signals"] = signals_json(*signals);
        }
        fmt::print("{}\n", json.dump());
        return;
    }
    print_cells(cells);
    if (!learnt) return;
    print_learnt(*learnt);
    fmt::print("fitted sites       {:>9}  from timing advance; cells whose antennas stand apart count singly\n",
               table.fitted_sites().all().size());
    if (signals) print_signals(*signals);
    print_calibration(factors);
}

void draw(const CellTable& table, const std::string& path) {
    if (table.size() == 0) throw CommandError(ExitCode::failed, "cells stats: no cells, nothing to draw");
    std::ofstream file(path, std::ios::binary);
    file << report::model_drawing(table) << std::flush;
    if (!file) throw CommandError(ExitCode::failed, "cells stats: cannot write " + path);
}

void run(const StatsOptions& options) {
    const auto loaded = cells::load_cells(options.files);
    if (options.verify)
        if (const auto intact = loaded.table().verify(); !intact)
            throw CommandError(ExitCode::failed, options.files.front().string() + ": " + intact.error());
    if (!options.picture.empty()) draw(loaded.table(), options.picture);
    print(loaded.table(), options.json);
}

}  // namespace

void add_cells_stats_command(CLI::App& cells) {
    auto options = std::make_shared<StatsOptions>();
    auto* command = cells.add_subcommand("stats", "what cell tables and models know, and where they are thin");
    command->add_option("FILE", options->files, "cell tables, compiled or not")->required()->check(CLI::ExistingFile);
    command->add_flag("--verify", options->verify, "compare the bodies with their checksums");
    command->add_option("--picture", options->picture, "also draw this SVG file: learnt ground, sites, thin cells");
    command->add_flag("--json", options->json, "one JSON object on standard output");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
