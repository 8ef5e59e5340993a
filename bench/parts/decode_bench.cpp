#include <benchmark/benchmark.h>

#include "adapters/feed/line_decoder.hpp"
#include "bench/parts/made_lines.hpp"

namespace simtrail::bench {
namespace {

void decode_all(benchmark::State& state, feed::LineDecoder& decoder, const MadeLines& lines) {
    CellEvent event{.msisdn = *Msisdn::parse("0")};
    feed::OutcomeCounts counts;
    for (auto _ : state)
        for (const auto line : lines.lines) {
            if (!decoder.decode(line, event, counts)) state.SkipWithError("a made line was rejected");
            benchmark::DoNotOptimize(event);
        }
    report(state, lines);
}

void BM_DecodeJson(benchmark::State& state) { decode_all(state, *feed::make_json_decoder({}), made_json_lines()); }
BENCHMARK(BM_DecodeJson);

void BM_DecodeCsv(benchmark::State& state) {
    decode_all(state, **feed::make_csv_decoder(made_csv_header, {}), made_csv_lines());
}
BENCHMARK(BM_DecodeCsv);

}  // namespace
}  // namespace simtrail::bench
