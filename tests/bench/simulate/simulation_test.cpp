#include "bench/simulate/simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/feed/feed_outcome.hpp"
#include "bench/simulate/bad_lines.hpp"
#include "bench/simulate/command.hpp"
#include "tests/support/places.hpp"

namespace simtrail::simulate {
namespace {

struct Made {
    std::string feed, truth;
    Summary summary;
};

Made make(const Settings& settings) {
    const RoadNetwork roads{settings.seed};
    const RadioNetwork network{settings.seed, settings.unlisted_sites};
    Simulation simulation{settings, roads, network};
    TextOutput feed, truth;
    simulation.run(feed, truth);
    return {feed.text(), truth.text(), simulation.summary()};
}

Settings small() {
    Settings settings;
    settings.vehicles = 40;
    settings.events = 20'000;
    return settings;
}

std::uint64_t lines_of(const std::string& text) { return static_cast<std::uint64_t>(std::ranges::count(text, '\n')); }

std::string contents(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Simulation, OneSeedGivesTheSameBytesAndAnotherOthers) {
    auto settings = small();
    const auto first = make(settings), again = make(settings);
    EXPECT_EQ(first.feed, again.feed);
    EXPECT_EQ(first.truth, again.truth);
    settings.seed = 2;
    EXPECT_NE(first.feed, make(settings).feed);
}

TEST(Simulation, ItsSummaryAddsUpToTheLinesUnderTheEnginesNames) {
    const auto made = make(small());
    std::uint64_t sum = 0;
    for (const auto& [outcome, count] : made.summary.outcomes) {
        EXPECT_NE(std::ranges::find(feed::outcome_names, outcome), feed::outcome_names.end()) << outcome;
        sum += count;
    }
    EXPECT_EQ(sum, made.summary.lines);
    EXPECT_EQ(sum, lines_of(made.feed));
    EXPECT_EQ(made.summary.clean, 20'000U);
}

TEST(Simulation, HasEveryKindOfDirtAndHandOvers) {
    const auto summary = make(small()).summary;
    for (const auto kind : bad_kinds) EXPECT_TRUE(summary.outcomes.contains(kind)) << kind;
    for (const auto* kind : {"duplicate", "future", "late", "untracked", "point"})
        EXPECT_TRUE(summary.outcomes.contains(kind)) << kind;
    for (const auto count : {summary.reordered, summary.delayed, summary.silent_reports, summary.odd_signals,
                             summary.unlisted_serving, summary.hand_overs.ping_pongs})
        EXPECT_GT(count, 0U);
    EXPECT_LT(summary.hand_overs.ping_pongs, summary.hand_overs.all / 2);
}

TEST(Simulation, TruthHasARowForEachEventOfATrackedSubscriber) {
    const auto made = make(small());
    EXPECT_EQ(lines_of(made.truth), made.summary.truths);
    EXPECT_EQ(made.summary.outcomes.at("point") + made.summary.outcomes.at("late"), made.summary.truths);
    EXPECT_EQ(made.summary.outcomes.at("untracked") + made.summary.truths, made.summary.clean);
}

TEST(Simulation, CleanFeedsAreInOrder) {
    auto settings = small();
    settings.dirt = {0, 0, 0, 0, 0, 0, 0, 0};
    const auto feed = make(settings).feed;
    std::string last;
    for (std::size_t at = 0; at < feed.size(); at = feed.find('\n', at) + 1) {
        const auto ts = feed.substr(at + 6, 13);
        EXPECT_LE(last, ts);
        last = ts;
    }
}

TEST(Vehicle, NeverOutrunsTheMotorwayAndMoves) {
    const RoadNetwork roads{1};
    Random random{7};
    Vehicle vehicle{roads, random};
    double farthest = 0;
    for (int second = 0; second < 20'000; ++second) {
        const auto before = vehicle.place(roads);
        vehicle.drive(roads, 1, random);
        const auto after = vehicle.place(roads);
        const double east = after.east_m - before.east_m, north = after.north_m - before.north_m;
        farthest = std::max(farthest, std::sqrt(east * east + north * north));
    }
    EXPECT_LE(farthest, 31 * 1.1 + 1e-6);
    EXPECT_GT(farthest, 5);
}

TEST(Phone, IsServedFromNearby) {
    const RadioNetwork network{1, 0};
    Random random{3};
    HandOvers hand_overs;
    for (int i = 0; i < 500; ++i) {
        Phone phone{Radio::lte, 0};
        Measurement report;
        const Offset place{random.between(-5000, 5000), random.between(-5000, 5000)};
        phone.measure(network, place, 4, random, report, hand_overs);
        EXPECT_LT(network.distance_m(report.serving.sector, place), 3500);
    }
}

TEST(Data, IsWhatItsCommandsMake) {
    const auto out = std::filesystem::path{::testing::TempDir()} / "simtrail-data";
    for (const bool clean : {false, true}) {
        Command command;
        command.out = out / (clean ? "clean-small" : "city-small");
        command.settings.vehicles = clean ? 20 : 40;
        command.settings.events = clean ? 1000 : 3000;
        if (!clean) command.settings.interval_ms = 120'000;
        command.settings.dirt.bad = 0.02;
        command.settings.dirt.very_late = 0.005;
        command.clean = clean;
        run(command);
        const auto kept =
            std::filesystem::path{simtrail::places::source_dir()} / "data" / (clean ? "clean-small" : "city-small");
        for (const auto* file : {"feed.ndjson", "truth.csv", "towers.csv", "tracked.txt", "summary.json"})
            EXPECT_EQ(contents(kept / file), contents(command.out + "/" + file)) << file;
    }
}

}  // namespace
}  // namespace simtrail::simulate
