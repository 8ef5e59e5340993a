#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cells/durable_file.hpp"
#include "adapters/cli/cells_command.hpp"
#include "adapters/cli/progress.hpp"

namespace simtrail::cli {

namespace {

using cells::FileReport;

struct ImportOptions {
    Paths files;
    std::filesystem::path out;
    bool json = false;
};

void print_report(const FileReport& report) {
    fmt::print("{}{}\n", report.path.string(), report.compiled ? " (compiled)" : "");
    for (std::size_t i = 0; i < report.rows.size(); ++i)
        if (report.rows[i] != 0) fmt::print("  {:<22}{:>12}\n", cells::row_outcome_names[i], report.rows[i]);
    if (report.dropped_fields != 0) fmt::print("  {:<22}{:>12}\n", "dropped fields", report.dropped_fields);
    for (const auto& bad : report.first_bad)
        fmt::print(stderr, "simtrail: {}, line {}: {}\n", report.path.string(), bad.line, cells::name(bad.outcome));
}

nlohmann::json as_json(const FileReport& report) {
    nlohmann::json rows;
    for (std::size_t i = 0; i < report.rows.size(); ++i)
        rows[std::string(cells::row_outcome_names[i])] = report.rows[i];
    return {{"file", report.path.string()},
            {"compiled", report.compiled},
            {"rows", rows},
            {"droppedFields", report.dropped_fields}};
}

void run(const ImportOptions& options) {
    cells::check_writable(options.out);
    CellTableBuilder builder;
    std::vector<FileReport> reports;
    {
        Progress progress("reading", Progress::Unit::bytes, 0);
        reports = cells::add_cell_files(options.files, builder,
                                        [&](std::uint64_t done, std::uint64_t total) { progress.update(done, total); });
    }
    const auto bytes = builder.build();
    cells::write_durably(options.out, bytes);
    if (options.json) {
        nlohmann::json files = nlohmann::json::array();
        for (const auto& report : reports) files.push_back(as_json(report));
        fmt::print("{}\n", nlohmann::json{{"files", files}, {"cells", builder.size()}, {"bytes", bytes.size()}}.dump());
        return;
    }
    for (const auto& report : reports) print_report(report);
    fmt::print("{}: {} cells, {} bytes\n", options.out.string(), builder.size(), bytes.size());
}

}  // namespace

void add_cells_import_command(CLI::App& cells) {
    auto options = std::make_shared<ImportOptions>();
    auto* command = cells.add_subcommand("import", "compile cell tables into one file; later files win");
    command->add_option("FILE", options->files, "OpenCellID CSV, site table (plain or .gz) or compiled file")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--out", options->out, "the compiled file")->required();
    command->add_flag("--json", options->json, "one JSON object on standard output");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
