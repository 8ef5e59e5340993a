// simtrail-bench-api: how many requests a second a running daemon answers over connections that stay open.
// bench/api/run sets a daemon up and calls it; docs/performance.md holds what came out.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "bench/api/load.hpp"

namespace {

using simtrail::bench::Measured;

/// Least, median and greatest.
template <class Value>
std::string spread(const std::vector<Measured>& runs, Value value) {
    std::vector<double> values;
    for (const auto& run : runs) values.push_back(value(run));
    std::ranges::sort(values);
    return fmt::format("{:.2f}/{:.2f}/{:.2f}", values.front(), values[values.size() / 2], values.back());
}

double ms(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

int report(const std::vector<Measured>& runs) {
    std::uint64_t requests = 0, others = 0;
    for (const auto& run : runs) {
        requests += run.requests;
        others += run.others;
    }
    fmt::print("req/s   {}  (min/median/max of {} runs)\n",
               spread(runs, [](const Measured& m) { return m.requests_per_second; }), runs.size());
    fmt::print("p50 ms  {}\n", spread(runs, [](const Measured& m) { return ms(m.p50); }));
    fmt::print("p99 ms  {}\n", spread(runs, [](const Measured& m) { return ms(m.p99); }));
    fmt::print("longest {}\n", spread(runs, [](const Measured& m) { return ms(m.longest); }));
    fmt::print("{} requests, {} answers other than 200\n", requests, others);
    return others == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Asks a running daemon's API over connections that stay open, as fast as it answers."};
    simtrail::bench::Load load;
    std::string paths_file;
    int runs = 5, seconds = 5;
    app.add_option("--port", load.port, "of the API, on 127.0.0.1")->required();
    app.add_option("--paths", paths_file, "a file of paths, one a line, asked for in turns")->required();
    app.add_option("--connections", load.connections, "that stay open, each with one request under way")
        ->check(CLI::Range(1, 10'000));
    app.add_option("--runs", runs)->check(CLI::Range(1, 1000));
    app.add_option("--seconds", seconds, "of each run")->check(CLI::Range(1, 3600));
    app.footer("The key is read from the environment: SIMTRAIL_KEY.");
    CLI11_PARSE(app, argc, argv);
    try {
        const char* const key = std::getenv("SIMTRAIL_KEY");  // NOLINT(concurrency-mt-unsafe): one thread
        load.key = key == nullptr ? "" : key;
        std::ifstream file(paths_file);
        for (std::string path; std::getline(file, path);) load.paths.push_back(path);
        if (load.paths.empty()) throw std::runtime_error(paths_file + " has no paths");
        load.duration = std::chrono::seconds(seconds);
        std::vector<Measured> measured;
        for (int i = 0; i < runs; ++i) {
            measured.push_back(simtrail::bench::run(load));
            const auto asked = measured.back().requests % load.paths.size();  // the next run goes on behind them
            std::ranges::rotate(load.paths, load.paths.begin() + static_cast<std::ptrdiff_t>(asked));
        }
        return report(measured);
    } catch (const std::exception& error) {
        fmt::print(stderr, "simtrail-bench-api: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
