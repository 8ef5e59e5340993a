#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "engine/positioning/model_learner.hpp"
#include "engine/tracing/smoothed_trace.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail::testing {

/// A straight road of 4 km past two sites, driven at 20 m/s with a report every 5 s: cells 1 and 2 hand over half-way, and
/// their signals, which fade by some decibels, say how far along.
class MadeRoad {
   public:
    static constexpr std::int64_t start_ms = 1'710'000'000'000, step_ms = 5000;
    static constexpr double length_m = 4000, speed_mps = 20;

    explicit MadeRoad(std::uint64_t seed) : random_(seed) {}

    static GeoPoint place_at(double east_m) { return displaced({-8.5, 51.9}, {east_m, 0}); }

    CellEvent event_at(double east_m, std::int64_t ts_ms) {
        const bool west = east_m < length_m / 2;
        const double from_site = west ? east_m : length_m - east_m;
        const auto heard = [&](double dbm) { return static_cast<std::int16_t>(std::lround(dbm + fading())); };
        CellEvent event{.ts_ms = ts_ms,
                        .msisdn = *Msisdn::parse("353861"),
                        .serving = MadeCells::lte(west ? 1 : 2),
                        .signal_dbm = heard(-60 - from_site / 50)};
        event.neighbours.push_back({.cell = west ? 2U : 1U, .signal_dbm = heard(-140 + from_site / 50)});
        return event;
    }

    /// To and fro, from `ts_ms` on.
    std::vector<Observation> drive(std::int64_t ts_ms, int reports) {
        std::vector<Observation> all;
        for (int i = 0; i < reports; ++i) {
            const double way_m = std::fmod(speed_mps * i * (step_ms / 1000.0), 2 * length_m);
            const double east_m = way_m < length_m ? way_m : 2 * length_m - way_m;
            all.push_back({event_at(east_m, ts_ms + i * step_ms), place_at(east_m)});
        }
        return all;
    }

    /// A model learnt on so many days, beside what tables say.
    CompiledBytes model(int days, const CellTableBuilder& tables = {}) {
        std::vector<Observation> observations;
        for (int day = days; day > 0; --day)
            for (const Observation& one : drive(start_ms - std::int64_t{day} * 86'400'000, 160))
                observations.push_back(one);
        return learnt_from(observations, tables);
    }

    static CompiledBytes learnt_from(const std::vector<Observation>& observations,
                                     const CellTableBuilder& tables = {}) {
        ModelLearner learner;
        for (const auto& observation : observations) learner.survey(observation);
        for (const auto& observation : observations) learner.observe(observation);
        CellTableBuilder builder;
        learner.learn_into(builder, tables);
        return builder.build();
    }

   private:
    double fading() { return std::normal_distribution<double>(0, 3)(random_); }
    std::mt19937_64 random_;
};

/// Of points and their events in memory: those of a range.
inline ReadTraced reader_of(const std::vector<TracedEvent>& all) {
    return [&all](const TraceRange& range) {
        std::vector<TracedEvent> found;
        for (const TracedEvent& traced : all) {
            const TracePoint& p = traced.point;
            if (p.tis_ms < range.from_ms || p.tis_ms > range.to_ms) continue;
            if (!range.after || TracePlace{p.tis_ms, p.seq} > *range.after) found.push_back(traced);
        }
        std::ranges::sort(found, listed_before, &TracedEvent::point);
        if (found.size() > range.limit)
            found.erase(found.begin() + static_cast<std::ptrdiff_t>(range.limit), found.end());
        return found;
    };
}

}  // namespace simtrail::testing
