#include "bench/simulate/command.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace simtrail::simulate {

namespace {

constexpr std::uint64_t day_ms = 86'400'000;

void add_dirt_options(CLI::App& app, Command& command) {
    auto& dirt = command.settings.dirt;
    const auto share = [&app](const std::string& name, double& value, const std::string& meaning) {
        app.add_option(name, value, meaning)
            ->check(CLI::Range(0.0, 1.0))
            ->capture_default_str()
            ->group("Dirt (shares of tracked events)");
    };
    app.add_flag("--clean", command.clean, "no dirt at all, and every site listed")
        ->group("Dirt (shares of tracked events)");
    share("--duplicates", dirt.duplicates, "come again within 20 s");
    share("--reordered", dirt.reordered, "come up to 45 s late");
    share("--late", dirt.late, "come 2 to 20 minutes late");
    share("--very-late", dirt.very_late, "come more than an hour late");
    share("--bad", dirt.bad, "are followed by a bad line, each kind in turn");
    share("--future", dirt.future, "are followed by one of tomorrow");
    share("--odd-signal", dirt.odd_signal, "claim a signal of -200 dBm");
    share("--silence", dirt.silence, "after which the phone is off for 10 to 40 minutes");
    share("--unlisted-sites", command.settings.unlisted_sites, "of the sites are missing from towers.csv");
}

Settings settings_of(const Command& command) {
    Settings settings = command.settings;
    settings.radios.clear();
    for (const auto& radio : command.radios) {
        if (const auto known = parse_radio(radio))
            settings.radios.push_back(*known);
        else
            throw CLI::ValidationError("--radio", "unknown radio " + radio);
    }
    const bool volume = command.profile == "volume";
    if (volume) settings.neighbours = 0;
    if (command.clean || volume) {
        settings.dirt = {0, 0, 0, 0, 0, 0, 0, 0};
        settings.unlisted_sites = 0;
    }
    if (command.hours > 0)
        settings.events = static_cast<std::uint64_t>(command.hours * 3.6e6 / static_cast<double>(settings.interval_ms) *
                                                     settings.vehicles);
    return settings;
}

/// Other vehicles, the day before, on the same roads and cells.
Settings observers_of(Settings settings, std::uint64_t observations) {
    settings.seed = mixed(settings.seed ^ 0x6C6561726EULL);
    settings.events = observations;
    settings.start_ms -= static_cast<std::int64_t>(day_ms);
    settings.first_msisdn = 919'800'000'000;
    settings.tracked = 0;
    settings.geotagged = true;
    return settings;
}

void write_whole(const std::string& path, const auto& write) {
    const auto output = open_output(path);
    write(*output);
    output->close();
}

}  // namespace

void add_options(CLI::App& app, Command& command) {
    auto& settings = command.settings;
    app.add_option("--out", command.out, "folder for feed.ndjson, truth.csv, towers.csv, tracked.txt and summary.json");
    app.add_option("--feed", command.feed, "the feed alone elsewhere; - is standard output");
    app.add_option("--truth", command.truth, "`none` writes no truth.csv")->check(CLI::IsMember({"none"}));
    app.add_flag("--gzip", command.gzip, "compress the feed (feed.ndjson.gz)");
    app.add_option("--seed", settings.seed, "the city and all that happens in it")->capture_default_str();
    app.add_option("--profile", command.profile, "volume: 100,000 vehicles, serving cell only, clean and in order")
        ->check(CLI::IsMember({"city", "volume"}))
        ->capture_default_str();
    auto* vehicles = app.add_option("--vehicles", settings.vehicles, "one subscriber each")
                         ->check(CLI::Range(1U, 10'000'000U))
                         ->capture_default_str();
    auto* events =
        app.add_option("--events", settings.events, "good events in all, bad lines not counted")->capture_default_str();
    app.add_option("--hours", command.hours, "of feed instead of a number of events")
        ->check(CLI::PositiveNumber)
        ->excludes(events);
    app.add_option("--interval", settings.interval_ms, "between a vehicle's reports")
        ->transform(CLI::AsNumberWithUnit(std::map<std::string, std::int64_t>{{"ms", 1}, {"s", 1000}, {"m", 60'000}}))
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{3'600'000}))
        ->default_str("30s");
    app.add_option("--radio", command.radios, "gsm, umts, lte, nr; the first is the commonest")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--tracked", settings.tracked, "share of subscribers in tracked.txt")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--neighbours", settings.neighbours, "at most, in a report")
        ->check(CLI::Range(std::size_t{0}, Measurement::max_neighbours))
        ->capture_default_str();
    app.add_option("--observations", command.observations,
                   "geotagged lines in train.ndjson: other vehicles, the day before");
    add_dirt_options(app, command);
    app.parse_complete_callback([&command, vehicles] {
        if (command.profile == "volume" && vehicles->count() == 0) command.settings.vehicles = 100'000;
    });
}

void run(Command command) {
    const auto settings = settings_of(command);
    if (command.out.empty() && command.feed.empty())
        throw CLI::ValidationError("--out", "say where: --out DIR, or --feed - for standard output");
    const bool folder = !command.out.empty();
    if (folder) std::filesystem::create_directories(command.out);
    const auto in_folder = [&](const char* file) { return command.out + "/" + file; };
    if (command.feed.empty()) command.feed = in_folder(command.gzip ? "feed.ndjson.gz" : "feed.ndjson");

    const RoadNetwork roads{settings.seed};
    const RadioNetwork network{settings.seed, settings.unlisted_sites};
    Simulation simulation{settings, roads, network};
    const auto feed = open_output(command.feed, command.gzip);
    const auto truth =
        folder && command.truth != "none" ? open_output(in_folder("truth.csv")) : std::make_unique<NoOutput>();
    truth->write("msisdn,ts,lat,lon\n");
    simulation.run(*feed, *truth);
    feed->close();
    truth->close();
    if (!folder) return;
    write_whole(in_folder("towers.csv"), [&](Output& output) { write_towers(network, settings.radios, output); });
    write_whole(in_folder("tracked.txt"), [&](Output& output) { simulation.write_tracked(output); });
    write_whole(in_folder("summary.json"),
                [&](Output& output) { output.write(simulation.summary().json(settings.seed)); });
    if (command.observations == 0) return;
    Simulation observers{observers_of(settings, command.observations), roads, network};
    NoOutput no_truth;
    write_whole(in_folder("train.ndjson"), [&](Output& output) { observers.run(output, no_truth); });
}

}  // namespace simtrail::simulate
