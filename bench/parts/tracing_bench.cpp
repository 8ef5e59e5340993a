// Locate, filter, ring with journal, and cut: what a shard does with a decoded event.

#include <benchmark/benchmark.h>

#include <vector>

#include "engine/cells/cell_table_builder.hpp"
#include "engine/positioning/locator.hpp"
#include "engine/tracing/evidence.hpp"
#include "engine/tracing/tracker.hpp"

namespace simtrail {
namespace {

constexpr std::uint64_t cells_known = 50'000;

/// A traced_town of sites 400 m apart, three sectors each, as a compiled table that owns its bytes.
struct TracedTown {
    TracedTown() {
        CellTableBuilder builder;
        for (std::uint64_t cell = 0; cell < cells_known; ++cell)
            builder.add(identity(cell),
                        {.site = site(cell), .azimuth_deg = static_cast<std::uint16_t>(cell % 3 * 120)});
        bytes = builder.build();
        table = *CellTable::open(bytes);
    }
    static CellIdentity identity(std::uint64_t cell) { return {Radio::lte, {1, 1}, 7, cell}; }
    static GeoPoint site(std::uint64_t cell) {
        const std::uint64_t number = cell / 3, column = number % 128, row = number / 128;
        return {77 + 0.004 * static_cast<double>(column), 28 + 0.004 * static_cast<double>(row)};
    }
    CompiledBytes bytes;
    CellTable table;
};

const TracedTown& traced_town() {
    static const TracedTown made;
    return made;
}

/// A drive from site to site: serving cell, signal, timing advance, and so many neighbours.
std::vector<CellEvent> drive(std::size_t neighbours) {
    std::vector<CellEvent> events;
    for (std::uint64_t i = 0; i < 4096; ++i) {
        const std::uint64_t cell = i * 7919 % (cells_known - 100);
        CellEvent event{.ts_ms = 1'700'000'000'000 + static_cast<std::int64_t>(i) * 30'000,
                        .msisdn = *Msisdn::parse("919876543210"),
                        .serving = TracedTown::identity(cell),
                        .signal_dbm = static_cast<std::int16_t>(-70 - static_cast<int>(i % 40))};
        if (neighbours == 0) event.timing_advance = static_cast<std::uint16_t>(i % 9);
        for (std::uint64_t n = 1; n <= neighbours; ++n)
            event.neighbours.push_back(
                {.cell = cell + n, .signal_dbm = static_cast<std::int16_t>(-90 - static_cast<int>(n))});
        events.push_back(event);
    }
    return events;
}

void Locate(benchmark::State& state) {
    const auto events = drive(static_cast<std::size_t>(state.range(0)));
    const MotionFilter motion;
    std::size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(locate(events[i++ % events.size()], traced_town().table, motion));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Locate)->ArgName("neighbours")->Arg(0)->Arg(5);

void Filter(benchmark::State& state) {
    const auto events = drive(0);
    MotionFilter motion;
    std::size_t i = 0;
    for (auto _ : state) {
        const CellEvent& event = events[i++ % events.size()];
        const TracePoint point{.tis_ms = event.ts_ms, .lon_e5 = 7'720'000, .lat_e5 = 2'860'000, .accuracy_m = 300};
        benchmark::DoNotOptimize(motion.judge(event, {event.ts_ms, point.position(), 300}));
        motion.advance(event, point, {});
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Filter);

void Evidence(benchmark::State& state) {
    const auto events = drive(static_cast<std::size_t>(state.range(0)));
    std::string bytes;
    std::size_t i = 0;
    for (auto _ : state) {
        bytes.clear();
        ByteWriter writer{bytes};
        append_evidence(writer, events[i++ % events.size()], nullptr);
        benchmark::DoNotOptimize(bytes.data());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Evidence)->ArgName("neighbours")->Arg(0)->Arg(5);

/// Events of many tracks by turns, as a feed brings them: hold, locate, filter, ring, journal, and a cut every 64 points.
void Track(benchmark::State& state) {
    const auto events = drive(0);
    const Tracker tracker(traced_town().table, state.range(1) * 1000);
    std::vector<std::unique_ptr<simtrail::Track>> tracks;
    for (TrackNumber n = 1; n <= static_cast<TrackNumber>(state.range(0)); ++n)
        tracks.push_back(std::make_unique<simtrail::Track>(n, events[0].msisdn));
    TrackOutput out;
    std::uint64_t i = 0;
    for (auto _ : state) {
        CellEvent event = events[i / tracks.size() % events.size()];
        event.ts_ms += static_cast<std::int64_t>(i / tracks.size() / events.size()) * 4096 * 30'000;
        tracker.take(*tracks[i % tracks.size()], event, 1 + i / 1000, out);
        if (++i % 1000 == 0) out.clear();
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes/track"] = sizeof(simtrail::Track);
}
BENCHMARK(Track)->ArgNames({"tracks", "hold"})->Args({1, 0})->Args({10'000, 0})->Args({10'000, 60});

}  // namespace
}  // namespace simtrail
