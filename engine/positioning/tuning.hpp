#pragma once

#include <cstddef>

namespace simtrail {

/// The constants of the locator, in natural logarithms of likelihood, metres and seconds: one set for all networks and radios.
/// docs/positioning.md says what they were chosen on.
struct Tuning {
    // Fingerprints with neighbours: likelihood exp(-(D + serving_differs)/signal_temperature).
    double signal_temperature = 1.42;
    double serving_differs = 1.9;

    // Fingerprints without neighbours: what each difference costs.
    double serving_signal = 1;  // for each `serving_scale_db` of the smoothed signal, at most three times
    double serving_scale_db = 6;
    double trend = 1;  // for each `trend_scale_db` of the slowly smoothed one, at most twice
    double trend_scale_db = 10;
    double other_previous_cell = 1;
    double other_previous_pci = 3;
    double previous_signal = 1;  // for each `previous_scale_db`, at most twice
    double previous_scale_db = 8;
    double stay = 1;            // for each e-fold of the time since the hand-over, at most twice
    double other_cell = 2;      // of the same site
    double timing_advance = 2;  // for each 60 m + 4 m a step, at most six times

    // The likeliest places that become candidates.
    std::size_t matches_by_signals = 16;
    std::size_t matches_by_context = 24;

    // The ring of the timing advance round a fitted site, beside learnt places: its share of the weight, and where none of them
    // lies within so many steps of it.
    double ring_share = 0.1;
    double missed_ring_share = 0.5;
    double ring_missed_steps = 1.5;
    double ring_spacing_m = 60;  // between its points

    // Motion between events: a mixture of staying near, going on as the place's travellers did, and being anywhere.
    double near_m = 40;
    double wander_mps = 15;
    double drift_mps = 3;
    double going_on = 0.7;
    double anywhere = 3e-6;             // where only some places are known
    double anywhere_on_squares = 1e-9;  // where all places near are looked at
    double turning = 0.5;
    double going_on_s = 60;  // no longer

    double repetition_s = 10;  // reports of one cell closer than this share their say
    double survivor_penalty = 1;
};

inline constexpr Tuning tuning;

}  // namespace simtrail
