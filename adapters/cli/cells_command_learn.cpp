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

void run(const LearnOptions& options) {
    CellLearner learner;
    cells::ObservationCounts counts;
    {
        Progress progress("learning", Progress::Unit::bytes, 0);
        counts = cells::read_observations(options.observations, learner, [&](std::uint64_t done, std::uint64_t total) {
            progress.update(done, total);
        });
    }
    if (counts.learnt == 0)
        throw CommandError(ExitCode::failed, "no line of the observations has a cell with lon and lat to learn from");
    CellTableBuilder builder;
    learner.learn_into(builder);
    const auto observed = builder.size();
    cells::add_cell_files(options.cells, builder);  // after the learnt ones: what a table says of a cell stays
    const auto bytes = builder.build();
    cells::write_durably(options.out, bytes);
    fmt::print("observations  {:>10}\nwithout place {:>10}\nother lines   {:>10}\nrejected      {:>10}\n",
               counts.learnt, counts.without_place, counts.other, counts.rejected);
    fmt::print("{}: {} cells ({} observed), {} bytes\n", options.out.string(), builder.size(), observed, bytes.size());
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
