// The locator alone: by formula, among a table's sites, and among learnt places with the sequence.

#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "engine/cells/path_loss.hpp"
#include "engine/maths/local_plane.hpp"
#include "engine/positioning/locator.hpp"
#include "engine/positioning/model_learner.hpp"

namespace simtrail {
namespace {

constexpr GeoPoint corner{121.2, 31.2};
constexpr int sites_a_side = 16;
constexpr double site_distance_m = 500;

/// A town of 768 sectors, and drives through its streets that hear what the path loss says, with 6 dB of shadowing.
class Town {
   public:
    Town() : plane_(corner) {
        for (int site = 0; site < sites_a_side * sites_a_side; ++site)
            for (int sector = 0; sector < 3; ++sector) {
                const int column = site % sites_a_side, row = site / sites_a_side;
                const Offset at{column * site_distance_m, row * site_distance_m};
                const CellRecord record{.site = plane_.to_geo(at),
                                        .azimuth_deg = static_cast<std::uint16_t>(120 * sector),
                                        .height_m = std::uint16_t{25}};
                tables_.add(identity(antennas_.size()), record);
                antennas_.emplace_back(at, record);
            }
        tables_.add_rival_field();
    }

    const CellTableBuilder& tables() const noexcept { return tables_; }

    std::vector<Observation> drive(std::size_t reports, std::size_t neighbours, unsigned seed) {
        std::mt19937 random(seed);
        std::vector<Observation> all;
        for (std::size_t i = 0; i < reports; ++i) {
            const double along = static_cast<double>(i % 700) * 10, street = static_cast<double>(i / 700 % 35) * 200;
            all.push_back(at({along, street}, neighbours, random));
            all.back().event.ts_ms = 1'700'000'000'000 + static_cast<std::int64_t>(i) * 5000;
        }
        return all;
    }

   private:
    static CellIdentity identity(std::size_t number) {
        return {Radio::lte, {460, 1}, 7, (number / 3) << 8 | (number % 3 * 10 + 11)};
    }

    Observation at(Offset place, std::size_t neighbours, std::mt19937& random) {
        std::vector<std::pair<double, std::size_t>> levels;
        for (std::size_t i = 0; i < antennas_.size(); ++i)
            levels.emplace_back(-80 + antennas_[i].level(place) + static_cast<double>(random() % 13) - 6, i);
        std::ranges::partial_sort(levels, levels.begin() + 8, std::greater{});
        const auto dbm = [&](std::size_t i) { return static_cast<std::int16_t>(std::max(levels[i].first, -140.0)); };
        Observation heard{{.msisdn = *Msisdn::parse("919876543210"), .serving = identity(levels[0].second)},
                          plane_.to_geo(place)};
        heard.event.signal_dbm = dbm(0);
        if (neighbours == 0) heard.event.timing_advance = 5;
        for (std::size_t i = 1; i <= neighbours; ++i)
            heard.event.neighbours.push_back({.cell = identity(levels[i].second).cell, .signal_dbm = dbm(i)});
        return heard;
    }

    LocalPlane plane_;
    std::vector<Antenna> antennas_;
    CellTableBuilder tables_;
};

Town& town() {
    static Town made;
    return made;
}

/// Learnt from so many reports beside the table; from none, the table alone.
CompiledBytes model_of(std::size_t reports, std::size_t neighbours) {
    CellTableBuilder builder;
    if (reports == 0) {
        builder.add_all(town().tables());
        return builder.build();
    }
    ModelLearner learner;
    const auto observations = town().drive(reports, neighbours, 1);
    for (const auto& observation : observations) learner.survey(observation);
    for (const auto& observation : observations) learner.observe(observation);
    learner.learn_into(builder, town().tables());
    return builder.build();
}

void locate_all(benchmark::State& state, std::size_t training, const Breadth& breadth) {
    const auto neighbours = static_cast<std::size_t>(state.range(0));
    const auto bytes = model_of(training, neighbours);
    const auto cells = CellTable::open(bytes).value();
    const auto reports = town().drive(7000, neighbours, 2);
    MotionFilter motion;
    std::size_t i = 0;
    for (auto _ : state) {
        if (i == reports.size()) {
            i = 0;
            motion = {};
        }
        const CellEvent& event = reports[i++].event;
        const auto estimate = locate(event, cells, motion, breadth);
        if (!estimate) continue;
        const TracePoint point{.tis_ms = event.ts_ms, .lon_e5 = 12'120'000, .lat_e5 = 3'120'000, .accuracy_m = 100};
        motion.advance(event, point, estimate->belief);
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["model_bytes"] = static_cast<double>(bytes.size());
}

constexpr std::size_t training = 24'500;

void LocateByTable(benchmark::State& state) { locate_all(state, 0, full_breadth); }
void LocateByTableFew(benchmark::State& state) { locate_all(state, 0, few_candidates); }
void LocateByModel(benchmark::State& state) { locate_all(state, training, full_breadth); }
void LocateByModelFew(benchmark::State& state) { locate_all(state, training, few_candidates); }

BENCHMARK(LocateByTable)->ArgName("neighbours")->Arg(0)->Arg(5);
BENCHMARK(LocateByTableFew)->ArgName("neighbours")->Arg(0)->Arg(5);
BENCHMARK(LocateByModel)->ArgName("neighbours")->Arg(0)->Arg(5);
BENCHMARK(LocateByModelFew)->ArgName("neighbours")->Arg(0)->Arg(5);

}  // namespace
}  // namespace simtrail
