#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feed/line_decoder.hpp"

namespace simtrail::bench {

/// Lines of a made feed in one block with padding after it, as a block reader holds them.
struct MadeLines {
    std::string text;
    std::size_t bytes = 0;  // without the padding
    std::vector<std::string_view> lines;
};

inline constexpr std::string_view made_csv_header = "ts,msisdn,radio,mcc,mnc,area,cell,pci,signal,ta,neighbours";
inline constexpr std::size_t made_line_count = 20'000;  // 3.6 MB: past the second-level cache, as in a feed
inline constexpr std::uint64_t made_lines_seed = 7;

template <typename Writer>
MadeLines make_lines(const Writer& write) {
    std::mt19937_64 random(made_lines_seed);
    MadeLines made;
    for (std::size_t i = 0; i < made_line_count; ++i) made.text += write(random, i) + '\n';
    made.bytes = made.text.size();
    made.text.append(feed::line_padding, '\0');
    std::string_view rest(made.text.data(), made.bytes);
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        made.lines.push_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    return made;
}

/// About 180 bytes a line: the contract's example.
inline MadeLines made_json_lines() {
    return make_lines([](std::mt19937_64& random, std::size_t i) {
        const auto upto = [&](std::uint64_t n) { return std::to_string(random() % n); };
        return R"({"ts":)" + std::to_string(1'699'873'625'645 + i * 37) + R"(,"msisdn":"9198)" +
               std::to_string(10'000'000 + random() % 90'000'000) + R"(","radio":"lte","mcc":404,"mnc":45,"area":)" +
               upto(65536) + R"(,"cell":)" + upto(1 << 28) + R"(,"signal":-)" + upto(120) + R"(,"ta":)" + upto(60) +
               R"(,"neighbours":[{"pci":)" + upto(504) + R"(,"signal":-)" + upto(120) + R"(},{"pci":)" + upto(504) +
               R"(,"signal":-)" + upto(120) + "}]}";
    });
}

inline MadeLines made_csv_lines() {
    return make_lines([](std::mt19937_64& random, std::size_t i) {
        const auto upto = [&](std::uint64_t n) { return std::to_string(random() % n); };
        return std::to_string(1'699'873'625'645 + i * 37) + ",9198" +
               std::to_string(10'000'000 + random() % 90'000'000) + ",lte,404,45," + upto(65536) + ',' + upto(1 << 28) +
               ',' + upto(504) + ",-" + upto(120) + ',' + upto(60) + ',' + upto(504) + ":-" + upto(120) + '|' +
               upto(504) + ":-" + upto(120);
    });
}

inline void report(benchmark::State& state, const MadeLines& lines) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines.lines.size()));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines.bytes));
}

}  // namespace simtrail::bench
