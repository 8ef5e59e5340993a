#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cells/durable_file.hpp"
#include "adapters/cells/observation_reader.hpp"
#include "adapters/cli/cells_command.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/progress.hpp"
#include "adapters/feed/reject_log.hpp"
#include "adapters/report/accuracy.hpp"

namespace simtrail::cli {

namespace {

struct LearnOptions {
    Paths observations;
    Paths cells;
    std::filesystem::path onto;
    std::filesystem::path out;
    bool json = false;
    bool verbose = false;
};

/// What came of it all.
struct Learnt {
    cells::ObservationCounts lines;
    LearningReport report;
    std::uint64_t cells = 0;
    std::size_t bytes = 0;
};

/// The observations pass by twice: once to see where cells are used, once to learn what is plausible.
cells::ObservationCounts gather(const LearnOptions& options, ModelLearner& learner) {
    const auto pass = [&](const char* title, const cells::TakeObservation& take, const cells::TellRejection& tell) {
        Progress progress(title, Progress::Unit::bytes, 0);
        return cells::read_observations(
            options.observations, take, [&](std::uint64_t done, std::uint64_t total) { progress.update(done, total); },
            tell);
    };
    std::map<std::filesystem::path, feed::RejectLog> rejects;
    const auto counts = pass(
        "surveying", [&](const Observation& observation) { return learner.survey(observation); },
        [&](const std::filesystem::path& file, std::uint64_t line, feed::Outcome reason) {
            rejects.try_emplace(file, file.string()).first->second.add(line, reason);
        });
    for (const auto& [file, log] : rejects) log.summarize();
    if (counts.learnt == 0)
        throw CommandError(ExitCode::failed, "no line of the observations has a cell with lon and lat to learn from");
    pass("learning",
         [&](const Observation& observation) {
             learner.observe(observation);
             return true;
         },
         {});
    return counts;
}

/// The model that is added to, and the surveyed cells in it. Stays mapped while the learner works.
cells::LoadedCells open_earlier(const std::filesystem::path& path, ModelLearner& learner, CellTableBuilder& tables) {
    auto loaded = cells::load_cells({&path, 1});
    const CellTable& model = loaded.table();
    auto intact = model.verify();
    if (intact) intact = learner.start_from(model);
    if (!intact)
        throw CommandError(ExitCode::failed, path.string() + ": cannot be added to: " + intact.error() +
                                                 "; learn it again from its observations, without --onto");
    model.for_each([&](const CellIdentity& identity, const CellRecord& record) {
        if (!record.learnt) tables.add(identity, record);
    });
    return loaded;
}

/// Before long work.
void check_out(const LearnOptions& options) {
    cells::check_writable(options.out);
    std::error_code missing;
    for (const auto& file : options.observations)
        if (std::filesystem::equivalent(file, options.out, missing))
            throw CommandError(ExitCode::usage, "--out: " + options.out.string() + " is a file of observations");
}

Learnt learn(const LearnOptions& options) {
    check_out(options);
    ModelLearner learner;
    CellTableBuilder tables, builder;
    std::optional<cells::LoadedCells> earlier;
    if (!options.onto.empty()) earlier = open_earlier(options.onto, learner, tables);
    Learnt learnt{.lines = gather(options, learner)};
    cells::add_cell_files(options.cells, tables);
    if (earlier) tables.add_rival_field();
    {
        Progress progress("calibrating", Progress::Unit::items, learner.folds());
        learnt.report = learner.learn_into(
            builder, tables, [&](int done) { progress.update(static_cast<std::uint64_t>(done), learner.folds()); });
    }
    const auto bytes = builder.build();
    cells::write_durably(options.out, bytes);
    learnt.cells = builder.size();
    learnt.bytes = bytes.size();
    return learnt;
}

std::string name_of(const CellIdentity& cell) {
    const std::string area = cell.area ? fmt::format(" area {}", *cell.area) : "";
    return fmt::format("{} {}-{}{} cell {}", name(cell.radio), cell.plmn.mcc, cell.plmn.mnc, area, cell.cell);
}

void print_moved(const std::vector<CellLearner::Moved>& moved) {
    for (const auto& cell : moved)
        fmt::print("moved: {} from {:.5f},{:.5f} to {:.5f},{:.5f} (lon,lat), {:.1f} km, since day {}\n",
                   name_of(cell.identity), cell.from.lon_deg, cell.from.lat_deg, cell.to.lon_deg, cell.to.lat_deg,
                   distance_m(cell.from, cell.to) / 1000, cell.since_day);
}

void print_kept_out(const char* title, const std::vector<double>& errors_m) {
    if (errors_m.empty()) return;
    const auto errors = report::quantiles_of(errors_m);
    fmt::print("{:<14}{:>10.0f} m median error, {:.0f} at 67 %, {:.0f} at 95 %\n", title, errors.p50, errors.p67,
               errors.p95);
}

nlohmann::json kept_out_json(const std::vector<double>& errors_m) {
    if (errors_m.empty()) return nullptr;
    const auto errors = report::quantiles_of(errors_m);
    return {{"positions", errors_m.size()}, {"median", errors.p50}, {"p67", errors.p67}, {"p95", errors.p95}};
}

void print_text(const LearnOptions& options, const Learnt& learnt) {
    const auto& [lines, report, cells, bytes] = learnt;
    fmt::print("observations  {:>10}\nwithout place {:>10}\nother lines   {:>10}\nrejected      {:>10}\n", lines.learnt,
               lines.without_place, lines.other, lines.rejected);
    for (std::size_t i = 0; i < feed::outcome_names.size(); ++i)
        if (lines.reasons.lines[i] > 0) fmt::print("  {:<18}{:>4}\n", feed::outcome_names[i], lines.reasons.lines[i]);
    fmt::print("duplicates    {:>10}\nimplausible   {:>10}\noutdated      {:>10}\nmoved cells   {:>10}\n",
               report.duplicates, report.implausible, report.outdated, report.moved.size());
    if (report.going_back > 0)
        fmt::print(
            "out of order  {:>10}  (each begins another drive: hand-overs and motion want a subscriber's "
            "observations in order of time)\n",
            report.going_back);
    fmt::print("places        {:>10}\ncalibrated on {:>10}\n", report.places, report.calibrated_on);
    print_kept_out("kept-out days", report.live_errors_m);
    print_kept_out("with hindsight", report.hindsight_errors_m);
    if (options.verbose) print_moved(report.moved);
    fmt::print("{}: {} cells, {} bytes\n", options.out.string(), cells, bytes);
}

/// Those that some line had.
nlohmann::json reasons_json(const feed::OutcomeCounts& reasons) {
    auto json = nlohmann::json::object();
    for (std::size_t i = 0; i < feed::outcome_names.size(); ++i)
        if (reasons.lines[i] > 0) json[std::string(feed::outcome_names[i])] = reasons.lines[i];
    return json;
}

nlohmann::json json_of(const CellLearner::Moved& moved) {
    const CellIdentity& cell = moved.identity;
    nlohmann::json json{{"radio", name(cell.radio)},
                        {"mcc", cell.plmn.mcc},
                        {"mnc", cell.plmn.mnc},
                        {"cell", cell.cell},
                        {"from", {moved.from.lon_deg, moved.from.lat_deg}},
                        {"to", {moved.to.lon_deg, moved.to.lat_deg}},
                        {"since", std::int64_t{moved.since_day} * CellLearner::day_ms}};
    if (cell.area) json["area"] = *cell.area;
    return json;
}

void print_json(const LearnOptions& options, const Learnt& learnt) {
    const auto& [lines, report, cells, bytes] = learnt;
    nlohmann::json moved = nlohmann::json::array();
    for (const auto& cell : report.moved) moved.push_back(json_of(cell));
    nlohmann::json json{
        {"read",
         {{"observations", lines.learnt},
          {"withoutPlace", lines.without_place},
          {"otherLines", lines.other},
          {"rejected", lines.rejected},
          {"byReason", reasons_json(lines.reasons)}}},
        {"leftOut",
         {{"duplicates", report.duplicates}, {"implausible", report.implausible}, {"outdated", report.outdated}}},
        {"outOfOrder", report.going_back},
        {"learnt", {{"cells", cells}, {"places", report.places}, {"calibratedOn", report.calibrated_on}}},
        {"keptOut",
         {{"live", kept_out_json(report.live_errors_m)}, {"smoothed", kept_out_json(report.hindsight_errors_m)}}},
        {"moved", std::move(moved)},
        {"model", {{"path", options.out.string()}, {"bytes", bytes}}}};
    if (!options.onto.empty()) json["onto"] = options.onto.string();
    fmt::print("{}\n", json.dump());
}

void run(const LearnOptions& options) {
    const Learnt learnt = learn(options);
    options.json ? print_json(options, learnt) : print_text(options, learnt);
}

}  // namespace

void add_cells_learn_command(CLI::App& cells) {
    auto options = std::make_shared<LearnOptions>();
    auto* command = cells.add_subcommand(
        "learn",
        "Learns a cell model from geotagged observations (drive tests, MDT): events of the feed with lon and lat, a\n"
        "subscriber's in order of time, so that hand-overs and motion are learnt, too; msisdn and ts tell drives and "
        "days\n"
        "apart, and whole days are kept out in turn to calibrate the radii. A table's cells stay as they are.\n"
        "Example: simtrail cells learn --observations day1.ndjson.gz day2.ndjson.gz --cells towers.csv --out "
        "city.model");
    command
        ->add_option("--observations", options->observations,
                     "feed events with lon and lat: NDJSON or CSV, plain or .gz; those without are context")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--cells", options->cells, "tables whose cells stay as they are")->check(CLI::ExistingFile);
    command->add_option("--onto", options->onto, "a model that the observations are added to")
        ->check(CLI::ExistingFile);
    command->add_option("--out", options->out, "the model, replaced where it is there; may be the one of --onto")
        ->required();
    command->add_flag("--json", options->json, "one JSON object on standard output");
    command->add_flag("--verbose", options->verbose, "name the cells that have moved");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
