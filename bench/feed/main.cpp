// simtrail-bench-feed: how many events a second a running daemon takes by TCP and acknowledges as durable.
// bench/feed/run sets a daemon up and calls it; docs/performance.md holds what came out.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "bench/feed/load.hpp"

namespace {

using simtrail::bench::FeedMeasured;

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// Least, median and greatest.
template <class Value>
std::string spread(const std::vector<FeedMeasured>& runs, Value value) {
    std::vector<double> values;
    for (const auto& run : runs) values.push_back(value(run));
    std::ranges::sort(values);
    return fmt::format("{:.1f}/{:.1f}/{:.1f}", values.front(), values[values.size() / 2], values.back());
}

double ms(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Sends cell events to a running daemon by TCP and waits until they are acknowledged."};
    simtrail::bench::FeedLoad load;
    std::string subscribers_file;
    int runs = 5;
    app.add_option("--port", load.port, "of the feed, on 127.0.0.1")->required();
    app.add_option("--subscribers", subscribers_file, "a file of MSISDNs, one a line, all tracked")->required();
    app.add_option("--cells", load.cells, "LTE cells of 404-45 that the daemon knows")->required();
    app.add_option("--lines", load.lines, "of each run")->check(CLI::Range(1, 100'000'000));
    app.add_option("--connections", load.connections, "each a source of its own")->check(CLI::Range(1, 1000));
    app.add_option("--rate", load.lines_per_second, "lines a second in all; 0: as fast as they are taken");
    app.add_option("--runs", runs)->check(CLI::Range(1, 1000));
    CLI11_PARSE(app, argc, argv);
    try {
        std::ifstream file(subscribers_file);
        for (std::string msisdn; std::getline(file, msisdn);) load.subscribers.push_back(msisdn);
        if (load.subscribers.size() < load.connections) throw std::runtime_error("too few in " + subscribers_file);
        std::vector<FeedMeasured> measured;
        std::int64_t next_ms = 0;
        for (int i = 0; i < runs; ++i) {
            next_ms = std::max(next_ms, now_ms());
            measured.push_back(run(load, next_ms));
        }
        fmt::print("durable events/s {}  (min/median/max of {} runs of {} lines)\n",
                   spread(measured, [](const FeedMeasured& m) { return m.durable_per_second; }), runs, load.lines);
        fmt::print("ack p50 ms       {}\n", spread(measured, [](const FeedMeasured& m) { return ms(m.ack_p50); }));
        fmt::print("ack p99 ms       {}\n", spread(measured, [](const FeedMeasured& m) { return ms(m.ack_p99); }));
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        fmt::print(stderr, "simtrail-bench-feed: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
