#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "adapters/cells/durable_file.hpp"
#include "adapters/cells/observation_reader.hpp"
#include "adapters/cli/cells_command.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/progress.hpp"

namespace simtrail::cli {

namespace {

struct LearnOptions {
    Paths observations;
    Paths cells;
    std::filesystem::path out;
};

/// The observations pass by twice: once to see where cells are used, once to learn what is plausible.
cells::ObservationCounts gather(const LearnOptions& options, ModelLearner& learner) {
    const auto pass = [&](const char* title, const cells::TakeObservation& take) {
        Progress progress(title, Progress::Unit::bytes, 0);
        return cells::read_observations(options.observations, take,
                                        [&](std::uint64_t done, std::uint64_t total) { progress.update(done, total); });
    };
    const auto counts = pass("surveying", [&](const Observation& observation) { return learner.survey(observation); });
    if (counts.learnt == 0)
        throw CommandError(ExitCode::failed, "no line of the observations has a cell with lon and lat to learn from");
    pass("learning", [&](const Observation& observation) {
        learner.observe(observation);
        return true;
    });
    return counts;
}

void run(const LearnOptions& options) {
    ModelLearner learner;
    const auto counts = gather(options, learner);
    CellTableBuilder tables, builder;
    cells::add_cell_files(options.cells, tables);
    {
        Progress progress("calibrating", Progress::Unit::items, ModelLearner::folds);
        learner.learn_into(builder, tables,
                           [&](int done) { progress.update(static_cast<std::uint64_t>(done), ModelLearner::folds); });
    }
    const auto bytes = builder.build();
    cells::write_durably(options.out, bytes);
    fmt::print("observations  {:>10}\nwithout place {:>10}\nother lines   {:>10}\nrejected      {:>10}\n",
               counts.learnt, counts.without_place, counts.other, counts.rejected);
    fmt::print("implausible   {:>10}\nplaces        {:>10}\n", learner.implausible(), learner.places());
    fmt::print("{}: {} cells, {} bytes\n", options.out.string(), builder.size(), bytes.size());
}

}  // namespace

void add_cells_learn_command(CLI::App& cells) {
    auto options = std::make_shared<LearnOptions>();
    auto* command = cells.add_subcommand("learn", "learn a cell model from geotagged observations");
    command->add_option("--observations", options->observations, "feed events with lon and lat, plain or .gz")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--cells", options->cells, "tables whose cells stay as they are")->check(CLI::ExistingFile);
    command->add_option("--out", options->out, "the compiled file")->required();
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
