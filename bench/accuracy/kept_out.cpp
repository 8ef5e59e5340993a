// simtrail-bench-kept-out: learns a model and says how far off the positions of its kept-out days were, live and with hindsight.
// Built with SIMTRAIL_TUNABLE (preset `tunable`) it takes other constants than the locator's own: bench/accuracy/fit asks it.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cells/observation_reader.hpp"
#include "adapters/report/accuracy.hpp"
#include "engine/positioning/breadth.hpp"
#include "engine/positioning/tuning.hpp"

namespace {

using namespace simtrail;

struct Arguments {
    std::vector<std::filesystem::path> observations, cells;
    std::vector<std::string> constants;
};

#ifdef SIMTRAIL_TUNABLE
double* constant(const std::string& name) {
    static const std::vector<std::pair<std::string, double*>> all{
        {"fast_s", &tuning.fast_s},
        {"slow_s", &tuning.slow_s},
        {"motion_s", &tuning.motion_s},
        {"signal_temperature", &tuning.signal_temperature},
        {"serving_differs", &tuning.serving_differs},
        {"serving_signal", &tuning.serving_signal},
        {"serving_scale_db", &tuning.serving_scale_db},
        {"trend", &tuning.trend},
        {"trend_scale_db", &tuning.trend_scale_db},
        {"other_previous_cell", &tuning.other_previous_cell},
        {"other_previous_pci", &tuning.other_previous_pci},
        {"previous_signal", &tuning.previous_signal},
        {"previous_scale_db", &tuning.previous_scale_db},
        {"stay", &tuning.stay},
        {"stay_blur_s", &tuning.stay_blur_s},
        {"stay_after_another", &tuning.stay_after_another},
        {"density", &tuning.density},
        {"other_cell", &tuning.other_cell},
        {"timing_advance", &tuning.timing_advance},
        {"ring_share", &tuning.ring_share},
        {"missed_ring_share", &tuning.missed_ring_share},
        {"near_m", &tuning.near_m},
        {"drift_mps", &tuning.drift_mps},
        {"going_on", &tuning.going_on},
        {"turning", &tuning.turning},
        {"going_on_s", &tuning.going_on_s},
        {"repetition_s", &tuning.repetition_s},
        {"live.wander_mps", &tuning.live.among_places.wander_mps},
        {"live.anywhere", &tuning.live.among_places.anywhere},
        {"live.survivor_penalty", &tuning.live.survivor_penalty},
        {"hindsight.wander_mps", &tuning.with_hindsight.among_places.wander_mps},
        {"hindsight.anywhere", &tuning.with_hindsight.among_places.anywhere},
        {"hindsight.survivor_penalty", &tuning.with_hindsight.survivor_penalty},
    };
    const auto found = std::ranges::find(all, name, &std::pair<std::string, double*>::first);
    return found == all.end() ? nullptr : found->second;
}

bool set(const std::string& name, double value) {
    if (name == "places") {
        full_breadth.by_context = full_breadth.by_signals = static_cast<std::size_t>(value);
        return true;
    }
    double* const it = constant(name);
    if (it != nullptr) *it = value;
    return it != nullptr;
}
#else
bool set(const std::string&, double) { return false; }
#endif

/// "name=value"; what is wrong with it, or nothing.
std::string set(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return "a constant is told as name=value";
    double value = 0;
    if (!CLI::detail::lexical_cast(text.substr(equals + 1), value)) return "no number: " + text;
    return set(text.substr(0, equals), value) ? "" : "no constant that can be set in this build: " + text;
}

/// Metres; `log`: the mean of ln(error + 5 m), which is what constants are fitted by, with the logarithm of p95.
nlohmann::json json_of(const std::vector<double>& errors_m) {
    if (errors_m.empty()) return nullptr;
    const auto quantiles = report::quantiles_of(errors_m);
    const double sum = std::transform_reduce(errors_m.begin(), errors_m.end(), 0.0, std::plus{},
                                             [](double error_m) { return std::log(error_m + 5); });
    return {{"positions", errors_m.size()},
            {"median", quantiles.p50},
            {"p67", quantiles.p67},
            {"p95", quantiles.p95},
            {"log", sum / static_cast<double>(errors_m.size())}};
}

nlohmann::json kept_out(const Arguments& arguments) {
    ModelLearner learner;
    cells::read_observations(arguments.observations, [&](const Observation& one) { return learner.survey(one); });
    cells::read_observations(arguments.observations, [&](const Observation& one) {
        learner.observe(one);
        return true;
    });
    CellTableBuilder tables, builder;
    cells::add_cell_files(arguments.cells, tables);
    const auto report = learner.learn_into(builder, tables);
    return {{"live", json_of(report.live_errors_m)}, {"smoothed", json_of(report.hindsight_errors_m)}};
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app{"simtrail-bench-kept-out: the errors of days kept out of a model, as one JSON object"};
    Arguments arguments;
    app.add_option("--observations", arguments.observations, "as `simtrail cells learn` takes them")->required();
    app.add_option("--cells", arguments.cells, "tables whose cells stay as they are");
    app.add_option("--set", arguments.constants, "name=value of engine/positioning/tuning.hpp, or places=16");
    CLI11_PARSE(app, argc, argv);
    for (const auto& text : arguments.constants)
        if (const auto wrong = set(text); !wrong.empty()) {
            fmt::print(stderr, "simtrail-bench-kept-out: {}\n", wrong);
            return 2;
        }
    fmt::print("{}\n", kept_out(arguments).dump());
} catch (const std::exception& error) {
    fmt::print(stderr, "simtrail-bench-kept-out: {}\n", error.what());
    return 1;
}
