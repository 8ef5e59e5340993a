#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "adapters/cli/command.hpp"
#include "adapters/report/summary.hpp"
#include "storage/trace_reader.hpp"

namespace simtrail::cli {

namespace {

struct EvaluateOptions {
    std::string db, truth;
    bool json = false;
};

void run(const EvaluateOptions& options) {
    const auto truths = report::read_truth(options.truth);
    const auto source = storage::open_traces(options.db);
    const auto evaluation = report::evaluate(*source, truths);
    const std::string text = options.json ? summary_json(evaluation) : summary_table(evaluation);
    if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
        throw CommandError(ExitCode::failed, "evaluate: cannot write to standard output");
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
    auto options = std::make_shared<EvaluateOptions>();
    auto* command = app.add_subcommand("evaluate", "Accuracy of traces against known positions");
    command->add_option("--db", options->db, "The database")->required();
    command->add_option("--truth", options->truth, "CSV of msisdn, ts, lat, lon; may be gzip")->required();
    command->add_flag("--json", options->json, "One JSON object instead of a table");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
