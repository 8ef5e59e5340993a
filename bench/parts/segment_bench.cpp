#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "engine/geojson/segment.hpp"

namespace simtrail::geojson {
namespace {

/// 64 points of a drive, an event every 20 s or so; `marked_percent` of them with one error reason.
std::vector<TracePoint> drive(std::uint32_t marked_percent) {
    std::mt19937 random(7);
    const auto below = [&random](std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); };
    std::vector<TracePoint> points(64);
    TracePoint now;
    now.tis_ms = 1'699'873'625'645;
    now.lon_e5 = 12'147'370;
    now.lat_e5 = 3'123'040;
    now.radio = Radio::lte;
    for (TracePoint& point : points) {
        ++now.seq;
        now.tis_ms += 15'000 + below(10'000);
        now.lon_e5 += static_cast<std::int32_t>(below(601)) - 300;
        now.lat_e5 += static_cast<std::int32_t>(below(601)) - 300;
        now.accuracy_m = 80 + below(900);
        now.confidence = static_cast<Confidence>(1 + below(3));
        now.reasons = {};
        if (below(100) < marked_percent) now.reasons.add(ErrorReason::low_signal_strength);
        point = now;
    }
    return points;
}

void report(benchmark::State& state, std::size_t points, std::size_t bytes) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(points));
    state.counters["bytes/point"] = static_cast<double>(bytes) / static_cast<double>(points);
}

void append(benchmark::State& state) {
    const auto points = drive(static_cast<std::uint32_t>(state.range(0)));
    std::string text;
    for (auto _ : state) {
        text.clear();
        append_segment(text, points);
        benchmark::DoNotOptimize(text.data());
    }
    report(state, points.size(), text.size());
}
BENCHMARK(append)->Name("segment/append")->ArgName("marked%")->Arg(0)->Arg(30);

void parse(benchmark::State& state) {
    std::string text;
    const auto points = drive(static_cast<std::uint32_t>(state.range(0)));
    append_segment(text, points);
    for (auto _ : state) {
        auto parsed = parse_segment(text);
        benchmark::DoNotOptimize(parsed);
    }
    report(state, points.size(), text.size());
}
BENCHMARK(parse)->Name("segment/parse")->ArgName("marked%")->Arg(0)->Arg(30);

}  // namespace
}  // namespace simtrail::geojson
