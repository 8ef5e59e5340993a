#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/made_cells.hpp"

namespace simtrail::testing {

/// A small recorded day in the contract's format, from a seed: subscribers on a row of cells, out of order within a minute,
/// with duplicates, late lines and bad ones.
struct MadeFeed {
    MadeCells cells;
    std::string lines;
    std::size_t count = 0;

    MadeFeed(std::uint64_t seed, int subscribers, int events_each) {
        std::mt19937_64 random(seed);
        for (std::uint64_t cell = 0; cell < 200; ++cell)
            cells.add(MadeCells::lte(1000 + cell), {.site = {77.0 + static_cast<double>(cell) * 0.01, 28.6},
                                                    .azimuth_deg = static_cast<std::uint16_t>(cell % 3 * 120),
                                                    .range_m = 900});
        struct Line {
            std::int64_t arrival;
            std::string text;
        };
        std::vector<Line> all;
        for (int subscriber = 0; subscriber < subscribers; ++subscriber) {
            for (int i = 0; i < events_each; ++i) {
                const std::int64_t ts = 1'700'000'000'000 + i * 30'000 + subscriber * 97;
                const auto chance = random() % 100;
                const std::int64_t delay = chance < 20   ? static_cast<std::int64_t>(random() % 55'000)
                                           : chance < 22 ? 300'000
                                           : chance < 23 ? 5'000'000
                                                         : 0;
                const auto cell =
                    1000 +
                    (static_cast<std::uint64_t>(subscriber) + static_cast<std::uint64_t>(i) / 5 + random() % 2) % 210;
                std::string text = R"({"ts":)" + std::to_string(ts) + R"(,"msisdn":"9198)" +
                                   std::to_string(10'000'000 + subscriber) +
                                   R"(","radio":"lte","mcc":1,"mnc":1,"area":7,"cell":)" + std::to_string(cell) +
                                   R"(,"signal":-)" + std::to_string(70 + random() % 40);
                if (random() % 2 == 0) text += R"(,"ta":)" + std::to_string(random() % 12);
                if (random() % 3 == 0)
                    text += R"(,"neighbours":[{"cell":)" + std::to_string(cell + 1) +
                            R"(,"signal":-101},{"pci":7,"signal":-110}])";
                text += "}";
                all.push_back({ts + delay, text});
                if (random() % 20 == 0) all.push_back({ts + delay + 500, text});
                if (random() % 50 == 0) all.push_back({ts + delay, text.substr(0, text.size() / 2)});
            }
        }
        std::ranges::sort(all, {}, [](const Line& line) { return std::tie(line.arrival, line.text); });
        for (const Line& line : all) lines += line.text + "\n";
        count = all.size();
    }
};

}  // namespace simtrail::testing
