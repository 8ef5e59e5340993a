#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cli/cells_command.hpp"
#include "adapters/cli/command.hpp"

namespace simtrail::cli {

namespace {

struct LookupOptions {
    Paths files;
    std::string radio;
    Plmn plmn;
    std::optional<std::uint32_t> area;
    std::uint64_t cell = 0;
    bool json = false;
};

CellIdentity asked_identity(const LookupOptions& options) {
    const auto radio = parse_radio(options.radio);
    if (!radio) throw CommandError(ExitCode::usage, "--radio " + options.radio + ": one of gsm, umts, lte, nr");
    const CellIdentity identity{*radio, options.plmn, options.area, options.cell};
    if (!in_range(identity))
        throw CommandError(ExitCode::usage,
                           fmt::format("no {} cell has these numbers: mcc and mnc go to 999, area to {}, "
                                       "cell to {}; gsm and umts need --area",
                                       name(*radio), max_area(*radio), max_cell(*radio)));
    return identity;
}

void print_text(const CellRecord& record) {
    fmt::print("{:.7f},{:.7f} (lon,lat){}\n", record.site.lon_deg, record.site.lat_deg,
               record.learnt ? ", learnt: where phones were, not where the antenna stands" : "");
    const auto line = [](const char* what, auto value, const char* unit) {
        if (value) fmt::print("  {:<10}{}{}\n", what, *value, unit);
    };
    line("area", record.area, "");
    line("pci", record.pci, "");
    line("azimuth", record.azimuth_deg, " degrees");
    line("beamwidth", record.beamwidth_deg, " degrees");
    line("height", record.height_m, " m");
    line("eirp", record.eirp_dbm, " dBm");
    if (record.range_m != 0) fmt::print("  {:<10}{} m\n", "range", record.range_m);
    if (record.samples != 0) fmt::print("  {:<10}about {}\n", "samples", record.samples);
}

void print_json(const CellRecord& record) {
    nlohmann::json json{{"lon", record.site.lon_deg},
                        {"lat", record.site.lat_deg},
                        {"range", record.range_m},
                        {"samples", record.samples},
                        {"learnt", record.learnt}};
    const auto add = [&](const char* key, auto value) {
        if (value) json[key] = *value;
    };
    add("area", record.area);
    add("pci", record.pci);
    add("azimuth", record.azimuth_deg);
    add("beamwidth", record.beamwidth_deg);
    add("height", record.height_m);
    add("eirp", record.eirp_dbm);
    fmt::print("{}\n", json.dump());
}

void run(const LookupOptions& options) {
    const auto identity = asked_identity(options);
    const auto loaded = cells::load_cells(options.files);
    const auto record = loaded.table().find(identity);
    if (!record) throw CommandError(ExitCode::failed, "no such cell in these files");
    options.json ? print_json(*record) : print_text(*record);
}

}  // namespace

void add_cells_lookup_command(CLI::App& cells) {
    auto options = std::make_shared<LookupOptions>();
    auto* command = cells.add_subcommand("lookup", "what is known of one cell; exit code 1 where nothing is");
    command->add_option("FILE", options->files, "cell tables, compiled or not")->required()->check(CLI::ExistingFile);
    command->add_option("--radio", options->radio, "gsm, umts, lte or nr")->required();
    command->add_option("--mcc", options->plmn.mcc, "mobile country code")->required();
    command->add_option("--mnc", options->plmn.mnc, "mobile network code")->required();
    command->add_option("--area", options->area, "LAC or TAC; needed for gsm and umts");
    command->add_option("--cell", options->cell, "CID, UTRAN cell id, ECI or NCI")->required();
    command->add_flag("--json", options->json, "one JSON object on standard output");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
