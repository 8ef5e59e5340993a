#pragma once

namespace simtrail {

/// The constants of the locator, in natural logarithms of likelihood, metres and seconds: one set for all networks and radios.
/// docs/positioning.md says what they were chosen on; bench/accuracy/fit chooses them.
struct Tuning {
    /// What a step from one event to the next is granted: how far one strays in a second, and the chance (a density, m⁻²) of
    /// being anywhere. Candidates are some known places, or squares that leave no gap.
    struct Stray {
        double wander_mps, anywhere;
    };
    struct Walk {
        Stray among_places, on_squares;
        double survivor_penalty;
    };

    // What the serving signal is smoothed over: fading within some seconds is no change of place, and a slow mean shows which
    // way the signal goes.
    double fast_s = 2;
    double slow_s = 14;

    double motion_s = 120;  // how far apart two fixes may be that tell the way past a learnt place

    // Fingerprints with neighbours: likelihood exp(-(D + serving_differs)/signal_temperature).
    double signal_temperature = 2;
    double serving_differs = 1.3;

    // Fingerprints without neighbours: what each difference costs.
    double serving_signal = 1.4;  // for each `serving_scale_db` of the smoothed signal, at most twice
    double serving_scale_db = 6;
    double trend = 1.4;  // for each `trend_scale_db` of the slowly smoothed one, at most twice
    double trend_scale_db = 10;
    double other_previous_cell = 1;
    double other_previous_pci = 2;
    double previous_signal = 0.7;  // for each `previous_scale_db`, at most twice
    double previous_scale_db = 8;
    double stay = 1;  // for each e-fold of the time since the hand-over, blurred, at most twice
    double stay_blur_s = 10;
    double stay_after_another = 0.2;  // the share of that where the cell before was another one
    double density = 0.6;             // gained for each e-fold of the observations behind a place
    double other_cell = 2.8;          // of the same site
    double timing_advance = 2.8;      // for each 60 m + 4 m a step, at most six times

    // The ring of the timing advance round a fitted site, beside learnt places: its share of the weight, and where none of them
    // lies within so many steps of it.
    double ring_share = 0.1;
    double missed_ring_share = 0.5;
    double ring_missed_steps = 1.5;
    double ring_spacing_m = 60;  // between its points

    // Motion between events: a mixture of staying near, going on as the place's travellers did, and being anywhere.
    double near_m = 40;
    double drift_mps = 4;
    double going_on = 0.95;
    double turning = 1;
    double going_on_s = 60;  // no longer
    // Nobody is known to have passed a square: one goes on as the middle of the candidates did, smoothed over `course_s`.
    double course_s = 20;
    double course_going_on = 0.5;
    double course_drift_mps = 6;
    double least_course_mps = 3;
    // What came before is believed less the faster one goes, from the one to the other speed, and the more the event is at
    // odds with it: the square of their distance over their variances.
    double sure_course_mps = 10, lost_course_mps = 40;
    double usual_odds = 1, great_odds = 3;
    double least_trust = 0.1;
    Walk live{.among_places = {.wander_mps = 21, .anywhere = 9e-7},
              .on_squares = {.wander_mps = 12, .anywhere = 1e-9},
              .survivor_penalty = 3};
    /// A slip is mended from both sides, so that less need be granted, and what comes after speaks for a place too.
    Walk with_hindsight{.among_places = {.wander_mps = 13.5, .anywhere = 1e-8},
                        .on_squares = {.wander_mps = 7.5, .anywhere = 1e-9},
                        .survivor_penalty = 3};

    double repetition_s = 5;  // reports of one cell closer than this speak once
};

#ifdef SIMTRAIL_TUNABLE
inline Tuning tuning;  // bench/accuracy/fit tries others
#else
inline constexpr Tuning tuning;
#endif

}  // namespace simtrail
