// Look-ups in a cell table: alone, in batches that prefetch, and misses. Argument: cells in the table.

#include <map>
#include <random>

#include <benchmark/benchmark.h>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace {

using namespace simtrail;

constexpr std::size_t batch = 32, queries = 1 << 20;

CellIdentity cell_number(std::uint64_t number) {
    return {Radio::lte, {404, static_cast<std::uint16_t>(number % 20)}, 1, number / 20};
}

const CellTable& table_of(std::uint64_t cells) {
    static std::map<std::uint64_t, std::pair<CompiledBytes, CellTable>> tables;
    auto& [bytes, table] = tables[cells];
    if (bytes.empty()) {
        CellTableBuilder builder;
        for (std::uint64_t i = 0; i < cells; ++i) builder.add(cell_number(i), {.site = {77, 28}});
        bytes = builder.build();
        table = CellTable::open(bytes).value();
    }
    return table;
}

std::vector<CellIdentity> random_cells(std::uint64_t first, std::uint64_t count) {
    std::mt19937_64 random(1);
    std::vector<CellIdentity> identities(queries);
    for (auto& identity : identities) identity = cell_number(first + random() % count);
    return identities;
}

void look_up(benchmark::State& state, std::uint64_t first, bool prefetching) {
    const auto cells = static_cast<std::uint64_t>(state.range(0));
    const auto& table = table_of(cells);
    const auto identities = random_cells(first, cells);
    std::size_t at = 0;
    for (auto _ : state) {
        if (prefetching)
            for (std::size_t i = 0; i < batch; ++i) table.prefetch(identities[at + i]);
        for (std::size_t i = 0; i < batch; ++i) benchmark::DoNotOptimize(table.find(identities[at + i]));
        at = (at + batch) % queries;
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
}

void lookup_hit(benchmark::State& state) { look_up(state, 0, false); }
void lookup_miss(benchmark::State& state) { look_up(state, 1'000'000'000, false); }
void lookup_prefetched(benchmark::State& state) { look_up(state, 0, true); }

BENCHMARK(lookup_hit)->Arg(1'000'000)->Arg(10'000'000);
BENCHMARK(lookup_miss)->Arg(1'000'000)->Arg(10'000'000);
BENCHMARK(lookup_prefetched)->Arg(1'000'000)->Arg(10'000'000);

}  // namespace
