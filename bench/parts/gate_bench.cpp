#include <benchmark/benchmark.h>

#include <unordered_set>

#include "adapters/feed/line_decoder.hpp"
#include "bench/parts/made_lines.hpp"

namespace simtrail::bench {
namespace {

void scan_all(benchmark::State& state, const feed::LineDecoder& decoder, const MadeLines& lines) {
    for (auto _ : state)
        for (const auto line : lines.lines) {
            const auto msisdn = decoder.scan_msisdn(line);
            if (!msisdn) state.SkipWithError("a made line was not plain to scan");
            benchmark::DoNotOptimize(msisdn);
        }
    report(state, lines);
}

void BM_ScanJson(benchmark::State& state) { scan_all(state, *feed::make_json_decoder({}), made_json_lines()); }
BENCHMARK(BM_ScanJson);

void BM_ScanCsv(benchmark::State& state) {
    scan_all(state, **feed::make_csv_decoder(made_csv_header, {}), made_csv_lines());
}
BENCHMARK(BM_ScanCsv);

/// Framing, scan, look-up, and the decoding of the one line in a hundred whose subscriber is tracked.
void BM_GateOnePercentTracked(benchmark::State& state) {
    const auto lines = made_json_lines();
    const auto decoder = feed::make_json_decoder({});
    std::unordered_set<Msisdn> tracked;
    for (std::size_t i = 0; i < lines.lines.size(); i += 100) tracked.insert(*decoder->scan_msisdn(lines.lines[i]));
    CellEvent event{.msisdn = *Msisdn::parse("0")};
    feed::OutcomeCounts counts;
    for (auto _ : state) {
        std::string_view rest(lines.text.data(), lines.bytes);
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            const auto line = rest.substr(0, end);
            rest.remove_prefix(end + 1);
            const auto msisdn = decoder->scan_msisdn(line);
            if (msisdn && !tracked.contains(*msisdn)) continue;
            benchmark::DoNotOptimize(decoder->decode(line, event, counts));
        }
    }
    report(state, lines);
}
BENCHMARK(BM_GateOnePercentTracked);

}  // namespace
}  // namespace simtrail::bench
