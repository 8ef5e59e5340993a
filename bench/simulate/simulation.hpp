#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/simulate/arrivals.hpp"
#include "bench/simulate/output.hpp"
#include "bench/simulate/phone.hpp"
#include "bench/simulate/summary.hpp"
#include "bench/simulate/text_line.hpp"
#include "bench/simulate/vehicle.hpp"

namespace simtrail::simulate {

/// Shares of clean events, 0 to 1; dirt falls on tracked subscribers only, so that an engine's counts are known beforehand.
struct Dirt {
    double duplicates = 0.02;   // the line comes again within 20 s
    double reordered = 0.03;    // comes up to 45 s late
    double late = 0.005;        // comes 2 to 20 minutes late
    double very_late = 0.001;   // comes more than an hour late
    double bad = 0.01;          // a bad line besides, each kind in turn
    double future = 0.002;      // the line besides, with tomorrow's time
    double odd_signal = 0.002;  // a signal of -200 dBm
    double silence = 0.002;     // the phone is off for 10 to 40 minutes from here
};

struct Settings {
    std::uint64_t seed = 1;
    std::uint32_t vehicles = 200;
    std::uint64_t events = 100'000;  // clean ones
    std::int64_t interval_ms = 30'000;
    std::int64_t start_ms = 1'709'510'400'000;  // 2024-03-04T00:00:00Z
    std::uint64_t first_msisdn = 919'900'000'000;
    std::vector<Radio> radios{Radio::lte, Radio::gsm};
    double tracked = 0.5;
    std::size_t neighbours = 4;
    double unlisted_sites = 0.03;
    Dirt dirt;
    bool geotagged = false;  // feed lines bear lon and lat: observations to learn from
};

/// Vehicles with phones on one clock. Memory grows with vehicles, and with the lines that are under way, of which there is a bound.
class Simulation {
   public:
    Simulation(const Settings& settings, const RoadNetwork& roads, const RadioNetwork& network);

    void run(Output& feed, Output& truth);
    const Summary& summary() const noexcept { return summary_; }
    void write_tracked(Output& output) const;

   private:
    struct Subscriber {
        Random random;
        Vehicle vehicle;
        Phone phone;
        std::int64_t moved_ms, silent_until_ms = 0, newest_arrived_ms = 0;
        std::uint64_t msisdn;
        bool tracked;
    };
    void report(Subscriber& subscriber, std::int64_t ts_ms, Output& feed, Output& truth);
    void write_event(const Subscriber& subscriber, std::int64_t ts_ms, Offset place, bool odd_signal);
    void write_truth(const Subscriber& subscriber, std::int64_t ts_ms, Offset place, Output& truth);
    void send(const Subscriber& subscriber, std::int64_t ts_ms, Output& feed);
    void send_dirty(Subscriber& subscriber, std::int64_t ts_ms, bool odd_signal, Output& feed);
    void deliver(std::int64_t until_ms, Output& feed);
    void arrive(const Arrival& arrival, Output& feed);

    Settings settings_;
    const RoadNetwork& roads_;
    const RadioNetwork& network_;
    std::vector<Subscriber> subscribers_;
    Arrivals under_way_;
    Summary summary_;
    Measurement measurement_;
    TextLine line_, truth_line_;
};

/// The operator's site table of the listed sites, cells of `radios`.
void write_towers(const RadioNetwork& network, const std::vector<Radio>& radios, Output& output);

}  // namespace simtrail::simulate
