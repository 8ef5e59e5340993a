#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>

#include "adapters/cells/cell_files.hpp"
#include "adapters/cells/known_files.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/daemon_setup.hpp"
#include "adapters/cli/progress.hpp"
#include "adapters/feed/reject_log.hpp"
#include "adapters/runtime/replay.hpp"
#include "storage/cell_notes.hpp"
#include "storage/sqlite_trace_store.hpp"

namespace simtrail::cli {

namespace {

struct ReplayArguments {
    std::vector<std::string> cells, feeds;
    std::string database, tracked, configuration, candidates, speed = "max";
    bool track_all = false, json = false;
    std::uint64_t seed = 1;
    std::uint32_t shards = 1;
};

std::optional<double> speed_of(const std::string& text) {
    if (text == "max") return std::nullopt;
    char* end = nullptr;
    const double times = std::strtod(text.c_str(), &end);
    if (end == text.c_str() || std::string_view(end) != "x" || !(times > 0) || times > 1e6)
        throw CommandError(ExitCode::usage, "--speed: '" + text + "' is neither 'max' nor a factor like '60x'");
    return times;
}

std::vector<Msisdn> read_tracked(const std::string& path) {
    std::vector<Msisdn> tracked;
    if (path.empty()) return tracked;
    std::ifstream file(path);
    if (!file) throw CommandError(ExitCode::failed, path + ": cannot be read");
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        if (line.ends_with('\r')) line.pop_back();
        if (line.empty()) continue;
        const auto msisdn = Msisdn::parse(line);
        if (!msisdn)
            throw CommandError(ExitCode::failed, fmt::format("{}:{}: not an MSISDN of 1 to 15 digits", path, number));
        tracked.push_back(*msisdn);
    }
    return tracked;
}

/// Before a database is made for them.
void check_readable(const std::vector<std::string>& feeds) {
    for (const std::string& feed : feeds)
        if (feed != "-" && ::access(feed.c_str(), R_OK) != 0)
            throw CommandError(ExitCode::failed, feed + ": " + std::generic_category().message(errno));
}

struct Report {
    runtime::ReplayResult result;
    storage::StoreStatistics store;
    double seconds = 0;
    std::string database;

    double events_per_second() const { return seconds > 0 ? static_cast<double>(result.totals.lines) / seconds : 0; }
    std::uint64_t rejected() const {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < feed::outcome_names.size(); ++i)
            if (feed::is_rejection(static_cast<feed::Outcome>(i))) sum += result.totals.outcomes.lines[i];
        return sum;
    }
};

template <class Names, class Counts>
nlohmann::ordered_json named(const Names& names, const Counts& counts) {
    auto object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < names.size(); ++i) object[std::string(names[i])] = counts[i];
    return object;
}

void print_json(const Report& report) {
    const auto& totals = report.result.totals;
    nlohmann::ordered_json json{{"lines", totals.lines},
                                {"linesTakenBefore", report.result.lines_taken_before},
                                {"outcomes", named(feed::outcome_names, totals.outcomes.lines)},
                                {"rejected", report.rejected()},
                                {"fieldsDropped", named(feed::field_drop_names, totals.outcomes.fields)},
                                {"points", totals.points},
                                {"newTracks", totals.tracks},
                                {"byConfidence", named(confidence_names, totals.by_confidence)},
                                {"byErrorReason", named(error_reason_names, totals.by_reason)},
                                {"seconds", report.seconds},
                                {"eventsPerSecond", report.events_per_second()},
                                {"database",
                                 {{"path", report.database},
                                  {"bytes", report.store.file_bytes},
                                  {"freeBytes", report.store.free_bytes},
                                  {"journalPeakBytes", totals.journal_peak_bytes},
                                  {"commits", report.store.commits},
                                  {"checkpoints", report.store.checkpoints},
                                  {"pragmas", report.store.pragmas}}},
                                {"threads",
                                 {{"readerCpuSeconds", static_cast<double>(totals.reader_cpu_ns) / 1e9},
                                  {"writerCpuSeconds", static_cast<double>(totals.writer_cpu_ns) / 1e9},
                                  {"commitSeconds", static_cast<double>(report.store.commit_ns) / 1e9},
                                  {"checkpointSeconds", static_cast<double>(report.store.checkpoint_ns) / 1e9}}},
                                {"remarks", report.result.remarks}};
    for (const std::int64_t ns : totals.shard_cpu_ns)
        json["threads"]["shardCpuSeconds"].push_back(static_cast<double>(ns) / 1e9);
    fmt::print("{}\n", json.dump());
}

void print_counts(const char* heading, std::span<const std::string_view> names, std::span<const std::uint64_t> counts) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (counts[i] == 0) continue;
        fmt::print("  {:<12}{:<22}{:>14}\n", heading, names[i], fmt::group_digits(counts[i]));
        heading = "";
    }
}

void print_table(const Report& report) {
    const auto& totals = report.result.totals;
    using feed::Outcome;
    const auto row = [](const char* what, std::uint64_t count, std::string_view remark = "") {
        fmt::print("  {:<34}{:>14}{}{}\n", what, fmt::group_digits(count), remark.empty() ? "" : "   ", remark);
    };
    row("lines read", totals.lines,
        report.result.lines_taken_before == 0
            ? ""
            : fmt::format("({} more were taken before)", fmt::group_digits(report.result.lines_taken_before)));
    row("became points", totals.outcomes[Outcome::point]);
    row("dropped by the gate (untracked)", totals.outcomes[Outcome::untracked]);
    const std::array others{Outcome::sms, Outcome::control, Outcome::refused};
    for (const Outcome outcome : others)
        if (totals.outcomes[outcome] > 0) row(std::string(feed::name(outcome)).c_str(), totals.outcomes[outcome]);
    const std::array kept_out{Outcome::duplicate, Outcome::late, Outcome::unlocatable, Outcome::blank};
    for (const Outcome outcome : kept_out)
        if (totals.outcomes[outcome] > 0) row(std::string(feed::name(outcome)).c_str(), totals.outcomes[outcome]);
    row("rejected", report.rejected());
    constexpr auto first_rejection = static_cast<std::size_t>(Outcome::oversized);
    print_counts("  by reason", std::span(feed::outcome_names).subspan(first_rejection),
                 std::span(totals.outcomes.lines).subspan(first_rejection));
    print_counts("fields left", feed::field_drop_names, totals.outcomes.fields);
    print_counts("confidence", confidence_names, totals.by_confidence);
    print_counts("reasons", error_reason_names, totals.by_reason);
    fmt::print("  {:<34}{:>14.0f}   in {:.2f} s\n", "events per second", report.events_per_second(), report.seconds);
    fmt::print("  {:<34}{:>14}   {}\n", "database bytes", fmt::group_digits(report.store.file_bytes), report.database);
    if (const auto points = totals.outcomes[Outcome::point]; points > 0 && report.result.lines_taken_before == 0)
        fmt::print("  {:<34}{:>14.1f}\n", "bytes per point",
                   static_cast<double>(report.store.file_bytes) / static_cast<double>(points));
    for (const std::string& remark : report.result.remarks) fmt::print(stderr, "simtrail: {}\n", remark);
}

/// The daemon's, or the embedded one. What it says of the feed and of positions holds in laboratory modes, too.
config::Configuration configure(runtime::ReplayOptions& options, const ReplayArguments& arguments) {
    config::Configuration configuration;
    if (!arguments.configuration.empty()) {
        auto read = config::load_configuration(arguments.configuration);
        if (!read) throw CommandError(ExitCode::usage, read.error().message);
        configuration = *std::move(read);
        options.hold_ms = configuration.feed.hold.count();
        if (candidates_of(configuration) == runtime::CandidateChoice::few) options.breadth = few_candidates;
    }
    if (!arguments.candidates.empty()) options.breadth = arguments.candidates == "few" ? few_candidates : full_breadth;
    return configuration;
}

/// The ledger says who is tracked.
void follow_ledger(runtime::ReplayOptions& options, ledger::LedgerStore& store,
                   const config::Configuration& configuration) {
    const std::int64_t silent_after_ms = configuration.tracks.silent_after.count();
    options.ledger = {.store = &store,
                      .rules = rules_of(configuration),
                      .silent_after_ms = silent_after_ms,
                      .make_callback = [silent_after_ms](const auto& callback, auto consent, const auto& board) {
                          return stored_callback(callback, consent, board, silent_after_ms);
                      }};
}

constexpr const char* nobody_is_tracked =
    "simtrail: nobody is tracked: the feeds have no control lines that say whom. Laboratory modes: --track-all, or "
    "--track FILE with an MSISDN a line";

/// All of it fell to the gate, and nothing was said that could have opened it.
bool is_ledgerless_feed(const Report& report) {
    const auto& outcomes = report.result.totals.outcomes;
    using feed::Outcome;
    return report.result.lines_taken_before == 0 && outcomes[Outcome::untracked] > 0 && outcomes[Outcome::point] == 0 &&
           outcomes[Outcome::control] == 0;
}

void run_replay(const ReplayArguments& arguments) {
    runtime::ReplayOptions options{.feeds = arguments.feeds,
                                   .track_all = arguments.track_all,
                                   .tracked = read_tracked(arguments.tracked),
                                   .speed = speed_of(arguments.speed),
                                   .seed = arguments.seed,
                                   .shards = arguments.shards};
    const config::Configuration configuration = configure(options, arguments);
    check_readable(arguments.feeds);
    const std::vector<std::filesystem::path> cell_files(arguments.cells.begin(), arguments.cells.end());
    const cells::LoadedCells cells = cells::load_cells(cell_files);
    auto progress = std::make_unique<Progress>("replay", Progress::Unit::bytes, 0);
    std::map<std::string, feed::RejectLog> rejects;
    options.on_rejection = [&](const std::string& feed, const feed::Rejection& r) {
        rejects.try_emplace(feed, feed).first->second.add(r.line, r.outcome);
    };
    options.on_progress = [&](std::uint64_t done, std::uint64_t total) { progress->update(done, total); };
    const storage::StoreOptions store_options{.path = arguments.database};
    const auto started = std::chrono::steady_clock::now();
    const auto store = storage::open_trace_store(store_options);
    storage::note_cell_files(arguments.database, cells::known_files(cell_files));
    if (!arguments.track_all && arguments.tracked.empty()) follow_ledger(options, *store, configuration);
    Report report;
    report.database = arguments.database;
    report.result =
        runtime::replay(options, cells.table(), *store, [&] { return storage::open_segment_reader(store_options); });
    store->close();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.store = store->statistics();
    progress.reset();
    for (const auto& [feed, log] : rejects) log.summarize();
    if (is_ledgerless_feed(report)) fmt::print(stderr, "{}\n", nobody_is_tracked);
    arguments.json ? print_json(report) : print_table(report);
}

}  // namespace

void add_replay_command(CLI::App& app) {
    auto arguments = std::make_shared<ReplayArguments>();
    CLI::App* replay = app.add_subcommand(
        "replay",
        "Recorded feeds through the engine into a database of traces. Whom they may trace, their control and sms\n"
        "lines say, as on the day they were recorded.\n"
        "The same input gives the same bytes; interrupted, the same command goes on where it was.\n"
        "Example: simtrail replay --cells towers.csv --feed day.ndjson.gz --db traces.db --track-all");
    replay->add_option("--cells", arguments->cells, "cell models and site tables, compiled or CSV; later ones win");
    replay
        ->add_option("--feed", arguments->feeds,
                     "recorded feeds: NDJSON or CSV, plain or .gz, - for standard input; merged by time")
        ->required();
    replay
        ->add_option("--db", arguments->database, "the SQLite database that keeps the traces; made where it is missing")
        ->required();
    auto* all = replay->add_flag("--track-all", arguments->track_all,
                                 "laboratory mode: every subscriber counts as consenting and tracked");
    replay
        ->add_option("--track", arguments->tracked,
                     "laboratory mode: the subscribers of this file do, an MSISDN a line")
        ->excludes(all);
    replay->add_option(
        "--config", arguments->configuration,
        "the configuration of the daemon that recorded: its hold and candidates; but in laboratory modes, its rules of "
        "consents and tracks");
    replay
        ->add_option("--candidates", arguments->candidates,
                     "full, or few: faster, positions a little less exact; without it as --config says, else full")
        ->check(CLI::IsMember({"full", "few"}));
    replay->add_option("--speed", arguments->speed, "max, or a multiple of the feed's own pace: 1x, 60x")
        ->capture_default_str();
    replay->add_option("--seed", arguments->seed, "of ids and codes")->capture_default_str();
    replay->add_option("--shards", arguments->shards, "threads that decode and locate; the result is the same")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    replay->add_flag("--json", arguments->json, "print one JSON object");
    replay->callback([arguments] { run_replay(*arguments); });
}

}  // namespace simtrail::cli
