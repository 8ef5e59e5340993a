// Journal rows and segments into SQLite, on the disk of the working directory: the store alone.

#include <benchmark/benchmark.h>

#include <filesystem>

#include "storage/sqlite_trace_store.hpp"

namespace simtrail::storage {
namespace {

constexpr std::size_t points_a_commit = 32'768;
const std::string database = "journal-bench.db";

void remove_database() {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(database + suffix);
}

/// Commits of 32 k points: a journal row of 45 B a point, and as many segments of 64 points as they fill.
void Commit(benchmark::State& state) {
    remove_database();
    {
        const auto store = open_trace_store({.path = database});
        const std::string journal(points_a_commit * 45, 'j');
        const auto tracks = static_cast<std::uint32_t>(state.range(0));
        std::uint32_t track = 0, first_seq = 1;
        std::int64_t row = 0;
        for (auto _ : state) {
            state.PauseTiming();
            Batch batch{.journal = {journal}, .retire_journal_up_to = std::max<std::int64_t>(row - 4, 0)};
            for (std::size_t i = 0; i < points_a_commit / 64; ++i) {
                batch.segments.push_back({.track = track,
                                          .first_seq = first_seq,
                                          .last_seq = first_seq + 63,
                                          .geojson = std::string(2200, 'g'),
                                          .evidence = std::string(400, 'e')});
                track = (track + 1) % tracks;
                if (track == 0) first_seq += 64;
            }
            state.ResumeTiming();
            row = store->commit(batch);
        }
        const auto points = static_cast<std::int64_t>(points_a_commit) * state.iterations();
        state.SetItemsProcessed(points);
        state.counters["checkpoints"] = static_cast<double>(store->statistics().checkpoints);
        state.counters["B/point"] = static_cast<double>(store->statistics().file_bytes) / static_cast<double>(points);
    }
    remove_database();
}
BENCHMARK(Commit)->ArgName("tracks")->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(200);

}  // namespace
}  // namespace simtrail::storage
