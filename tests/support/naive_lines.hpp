#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/feed/recorded_feed.hpp"

namespace simtrail::testing {

/// A line as the contract has it, or that it was too long.
struct NaiveLine {
    std::string text;
    bool oversized = false;
    bool unterminated = false;

    bool operator==(const NaiveLine&) const = default;
};

/// The lines of a whole input in memory: the oracle of everything that frames.
inline std::vector<NaiveLine> naive_lines(std::string_view input) {
    std::vector<NaiveLine> lines;
    while (!input.empty()) {
        const auto end = input.find('\n');
        NaiveLine line{.text = std::string(input.substr(0, end)), .unterminated = end == std::string_view::npos};
        const bool cr = !line.unterminated && line.text.ends_with('\r');
        line.oversized = line.text.size() > feed::max_line_bytes + (cr ? 1 : 0);
        if (line.oversized) line.text.clear();
        input.remove_prefix(line.unterminated ? input.size() : end + 1);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace simtrail::testing
