// The whole of `replay`, measured: recorded feed → durable in SQLite, with what the figures depend on printed beside them.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/cells/cell_files.hpp"
#include "adapters/runtime/replay.hpp"
#include "bench/pipeline/counting_vfs.hpp"
#include "bench/pipeline/environment.hpp"
#include "storage/sqlite_trace_store.hpp"

namespace {

using namespace simtrail;

struct Arguments {
    std::vector<std::string> cells, feeds;
    std::string database = "pipeline-bench.db", tracked;
    int runs = 5;
    std::uint32_t shards = 1;
};

struct Run {
    runtime::RunTotals totals;
    storage::StoreStatistics store;
    double seconds = 0;
    std::uint64_t syncs = 0, written_bytes = 0, peak_memory = 0;
    double events_per_second() const { return static_cast<double>(totals.lines) / seconds; }
};

std::vector<Msisdn> read_tracked(const std::string& path) {
    std::vector<Msisdn> tracked;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (const auto msisdn = Msisdn::parse(line)) tracked.push_back(*msisdn);
    return tracked;
}

void remove_database(const std::string& path) {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

Run measure(const Arguments& arguments, const CellTable& cells, bench::VfsCounts& counts) {
    remove_database(arguments.database);
    bench::reset_peak_memory();
    const std::uint64_t syncs_before = counts.syncs, written_before = counts.written_bytes;
    const storage::StoreOptions options{.path = arguments.database, .vfs = bench::counting_vfs_name};
    const auto started = std::chrono::steady_clock::now();
    const auto store = storage::open_trace_store(options);
    Run run;
    run.totals = runtime::replay({.feeds = arguments.feeds,
                                  .track_all = arguments.tracked.empty(),
                                  .tracked = read_tracked(arguments.tracked),
                                  .shards = arguments.shards,
                                  .on_rejection = [](const std::string&, const feed::Rejection&) {},
                                  .on_progress = [](std::uint64_t, std::uint64_t) {}},
                                 cells, *store, [&] { return storage::open_segment_reader(options); })
                     .totals;
    store->close();
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    run.store = store->statistics();
    run.syncs = counts.syncs - syncs_before;
    run.written_bytes = counts.written_bytes - written_before;
    run.peak_memory = bench::peak_memory_bytes();
    return run;
}

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }
double megabytes(std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

void print(const Run& run) {
    std::int64_t shards = 0;
    for (const std::int64_t ns : run.totals.shard_cpu_ns) shards += ns;
    fmt::print("{:>10.0f} events/s  {:>6.2f} s  {} lines, {} points, {} segments\n", run.events_per_second(),
               run.seconds, run.totals.lines, run.totals.points, run.totals.segments);
    fmt::print(
        "    cpu: reader {:.2f} s, shards {:.2f} s, writer {:.2f} s; of the writer's time: commits {:.2f} s, "
        "checkpoints {:.2f} s\n",
        seconds(run.totals.reader_cpu_ns), seconds(shards), seconds(run.totals.writer_cpu_ns),
        seconds(run.store.commit_ns), seconds(run.store.checkpoint_ns));
    fmt::print(
        "    {} commits, {} checkpoints, {} syncs, {:.0f} MB written; database {:.0f} MB ({:.1f} B a point), journal "
        "at most {:.0f} MB and {} B in the end; memory at most {:.0f} MB\n",
        run.store.commits, run.store.checkpoints, run.syncs, megabytes(run.written_bytes),
        megabytes(run.store.file_bytes),
        static_cast<double>(run.store.file_bytes) / static_cast<double>(std::max<std::uint64_t>(run.totals.points, 1)),
        megabytes(run.totals.journal_peak_bytes), run.store.journal_bytes, megabytes(run.peak_memory));
}

int run(const Arguments& arguments) {
    const std::string file_system = bench::file_system_of(arguments.database);
    if (file_system == "tmpfs" || file_system == "ramfs") {
        fmt::print(stderr, "simtrail-bench-pipeline: {} is on {}: nothing is durable there; choose --db on a disk\n",
                   arguments.database, file_system);
        return 2;
    }
    fmt::print("{} x{}; {} for the database, fdatasync of 4 KiB {:.0f} us (median)\n",
               std::thread::hardware_concurrency(), bench::processor(), file_system,
               bench::fdatasync_median_us(arguments.database));
    const std::vector<std::filesystem::path> cell_files(arguments.cells.begin(), arguments.cells.end());
    const cells::LoadedCells cells = cells::load_cells(cell_files);
    bench::VfsCounts& counts = bench::register_counting_vfs();
    std::vector<double> rates;
    for (int i = 0; i < arguments.runs; ++i) {
        const Run result = measure(arguments, cells.table(), counts);
        if (i == 0) fmt::print("pragmas read back: {}\n", result.store.pragmas);
        print(result);
        rates.push_back(result.events_per_second());
    }
    std::ranges::sort(rates);
    fmt::print("events/s of {} runs: min {:.0f}, median {:.0f}, max {:.0f}\n", rates.size(), rates.front(),
               rates[rates.size() / 2], rates.back());
    remove_database(arguments.database);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Measures `simtrail replay` from recorded feed to durable traces. Make a feed with\n"
        "  simtrail-simulate --profile volume --events 10000000 --out /var/tmp/volume"};
    Arguments arguments;
    app.add_option("--cells", arguments.cells, "site tables or compiled cell files");
    app.add_option("--feed", arguments.feeds, "recorded feeds")->required();
    app.add_option("--db", arguments.database, "database to make and remove; on a disk")->capture_default_str();
    app.add_option("--track", arguments.tracked, "file of tracked MSISDNs; all are where it is absent");
    app.add_option("--runs", arguments.runs)->capture_default_str();
    app.add_option("--shards", arguments.shards)->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        return run(arguments);
    } catch (const std::exception& error) {
        fmt::print(stderr, "simtrail-bench-pipeline: {}\n", error.what());
        return 1;
    }
}
