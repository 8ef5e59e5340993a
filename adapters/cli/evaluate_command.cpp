#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "adapters/cells/cell_files.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/report/comparison_summary.hpp"
#include "adapters/report/html_report.hpp"
#include "adapters/report/summary.hpp"
#include "storage/trace_reader.hpp"

namespace simtrail::cli {

namespace {

struct EvaluateOptions {
    std::vector<std::string> db, truth, against;
    std::string report;
    std::vector<std::filesystem::path> cells;
    bool json = false;
};

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    if (!file) throw CommandError(ExitCode::failed, "evaluate: cannot write " + path);
}

/// The k-th database against the k-th truth. One set needs no name.
report::Evaluation evaluation_of(const std::vector<std::string>& databases, const std::vector<std::string>& truths) {
    std::vector<report::Evaluation> sets;
    for (std::size_t i = 0; i < databases.size(); ++i) {
        const auto known = report::read_truth(truths[i]);
        const auto source = storage::open_traces(databases[i]);
        sets.push_back(report::evaluate(*source, known, databases.size() > 1 ? databases[i] : ""));
    }
    return report::pooled(std::move(sets));
}

void check(const EvaluateOptions& options) {
    if (!options.cells.empty() && options.report.empty())
        throw CommandError(ExitCode::usage, "evaluate: --cells is for the map of --report FILE.html, which is missing");
    if (options.db.size() != options.truth.size())
        throw CommandError(ExitCode::usage, "evaluate: each --db needs its --truth, in the same order");
    if (!options.against.empty() && options.against.size() != options.db.size())
        throw CommandError(ExitCode::usage, "evaluate: each --db needs its --against, in the same order");
}

struct Findings {
    std::string report, text;
};

Findings findings_of(const EvaluateOptions& options, const CellTable& cells) {
    const bool wants_report = !options.report.empty();
    const auto first = evaluation_of(options.db, options.truth);
    if (options.against.empty())
        return {wants_report ? html_report(first, cells) : "",
                options.json ? summary_json(first) : summary_table(first)};
    const auto second = evaluation_of(options.against, options.truth);
    const auto comparison = report::compare(first, second);
    return {wants_report ? html_report(first, cells, comparison_html(comparison, first, second)) : "",
            options.json ? summary_json(first, comparison) : summary_table(first) + comparison_text(comparison)};
}

void run(const EvaluateOptions& options) {
    check(options);
    const auto cells = options.cells.empty() ? cells::LoadedCells{} : cells::load_cells(options.cells);
    const auto [report, text] = findings_of(options, cells.table());
    if (!options.report.empty()) write_file(options.report, report);
    if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
        throw CommandError(ExitCode::failed, "evaluate: cannot write to standard output");
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
    auto options = std::make_shared<EvaluateOptions>();
    auto* command = app.add_subcommand("evaluate", "Accuracy of traces against known positions");
    command->add_option("--db", options->db, "The database; several, each with its --truth, are sets of one table")
        ->required()
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command->add_option("--truth", options->truth, "CSV of msisdn, ts, lat, lon; may be gzip")
        ->required()
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command
        ->add_option("--against", options->against,
                     "Another database of the same feed, to compare with; one for each --db")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command->add_option("--report", options->report,
                        "Also write this HTML page: maps, error and calibration curves, worst cases");
    command->add_option("--cells", options->cells, "Cell models and site tables: their sites go onto the report's map");
    command->add_flag("--json", options->json, "One JSON object instead of a table");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
