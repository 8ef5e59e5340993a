#pragma once

#include <string>
#include <vector>

#include "bench/simulate/simulation.hpp"

namespace CLI {
class App;
}

namespace simtrail::simulate {

/// The command line, as given.
struct Command {
    Settings settings;
    std::string out, feed, truth, profile = "city";
    std::vector<std::string> radios{"lte", "gsm"};
    std::uint64_t observations = 0;
    double hours = 0;
    bool gzip = false, clean = false;
};

void add_options(CLI::App& app, Command& command);

/// Throws CLI::ValidationError where the options make no sense together, std::exception where the work fails.
void run(Command command);

}  // namespace simtrail::simulate
