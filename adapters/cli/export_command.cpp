#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "adapters/cells/cell_files.hpp"
#include "adapters/cells/known_files.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/seq_list.hpp"
#include "adapters/exports/trace_writer.hpp"
#include "engine/tracing/smoothed_trace.hpp"
#include "storage/cell_notes.hpp"
#include "storage/trace_reader.hpp"

namespace simtrail::cli {

namespace {

struct ExportOptions {
    std::string db, track, msisdn, format = "geojson";
    std::vector<std::string> cells;
    bool all = false, smoothed = false;
};

void check(const ExportOptions& options) {
    const int selectors = int{!options.track.empty()} + int{!options.msisdn.empty()} + int{options.all};
    if (selectors != 1) throw CommandError(ExitCode::usage, "export: give one of --track, --msisdn and --all");
    if (!options.msisdn.empty() && !Msisdn::parse(options.msisdn))
        throw CommandError(ExitCode::usage, "export: --msisdn is 1 to 15 digits");
    if (!options.cells.empty() && !options.smoothed)
        throw CommandError(ExitCode::usage, "export: --cells goes with --smoothed");
}

std::vector<TrackInfo> tracks_of_number(std::vector<TrackInfo> tracks, Msisdn msisdn) {
    std::erase_if(tracks, [msisdn](const TrackInfo& track) { return track.msisdn != msisdn; });
    if (tracks.empty()) throw CommandError(ExitCode::failed, "export: no track of " + msisdn.masked());
    return tracks;
}

/// As it may be told: who gives a number for a track's name would else find it in a log.
std::string tellable(const std::string& called) {
    const auto msisdn = Msisdn::parse(called);
    return msisdn ? msisdn->masked() : called;
}

/// By id, or by name; a name may be in use by several tenants, and then does not say which.
std::vector<TrackInfo> track_called(std::vector<TrackInfo> tracks, const std::string& called) {
    std::erase_if(tracks, [&](const TrackInfo& track) { return track.track_id != called && track.name != called; });
    if (tracks.empty()) throw CommandError(ExitCode::failed, "export: no track \"" + tellable(called) + "\"");
    if (tracks.size() > 1)
        throw CommandError(ExitCode::failed, "export: several tracks are named \"" + tellable(called) +
                                                 "\": give the id, as " + tracks.front().track_id);
    return tracks;
}

std::vector<TrackInfo> selected(std::vector<TrackInfo> tracks, const ExportOptions& options) {
    if (options.all) return tracks;
    if (!options.msisdn.empty()) return tracks_of_number(std::move(tracks), *Msisdn::parse(options.msisdn));
    return track_called(std::move(tracks), options.track);
}

/// The cells that were given, else those that the database's points were located with.
cells::LoadedCells cells_for(const ExportOptions& options) {
    if (!options.cells.empty())
        return cells::load_cells(std::vector<std::filesystem::path>(options.cells.begin(), options.cells.end()));
    const auto noted = storage::noted_cell_files(options.db);
    if (noted.empty())
        throw CommandError(ExitCode::failed, "export: " + options.db +
                                                 " does not say which cells its points were located with: give them "
                                                 "with --cells FILE...");
    std::vector<std::filesystem::path> files;
    for (const CellFile& file : noted) files.emplace_back(file.path);
    try {
        cells::check_unchanged(noted);
        return cells::load_cells(files);
    } catch (const cells::CellFileError& error) {
        throw CommandError(ExitCode::failed, std::string("export: ") + error.what() +
                                                 "; the points were located with it: bring it back, or give cells with "
                                                 "--cells FILE...");
    }
}

void run(const ExportOptions& options) {
    check(options);
    const auto source = storage::open_traces(options.db);
    const auto tracks = selected(source->tracks(), options);
    std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is a write error, told as one
    const auto format = *exports::parse_format(options.format);
    if (!options.smoothed) return exports::export_traces(*source, tracks, format, stdout);
    const cells::LoadedCells cells = cells_for(options);
    SmoothedTraces smoothed(*source, cells.table(), [&](TrackNumber number, const std::vector<SeqRange>& points) {
        const auto track = std::ranges::find(tracks, number, &TrackInfo::number);
        fmt::print(
            stderr,
            "simtrail: export: {}: the stored evidence of points {} is damaged: they are as they were published; "
            "a backup may have it whole\n",
            track->track_id, seq_list(points));
    });
    exports::export_traces(smoothed, tracks, format, stdout);
}

}  // namespace

void add_export_command(CLI::App& app) {
    auto options = std::make_shared<ExportOptions>();
    auto* command = app.add_subcommand("export", "Writes traces to standard output");
    command->add_option("--db", options->db, "The database")->required();
    command->add_option("--track", options->track, "One track, by id or name");
    command->add_option("--msisdn", options->msisdn, "Every track of a number");
    command->add_flag("--all", options->all, "Every track");
    command->add_option("--format", options->format, "geojson (points), line, gpx or csv")
        ->check(CLI::IsMember(std::vector<std::string>(exports::format_names.begin(), exports::format_names.end())));
    command->add_flag("--smoothed", options->smoothed, "The same points, re-estimated with hindsight");
    command->add_option(
        "--cells", options->cells,
        "With --smoothed: cell models and site tables in place of those that the points were located with");
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
