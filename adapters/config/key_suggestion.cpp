#include "adapters/config/key_suggestion.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace simtrail::config {

namespace {

constexpr std::size_t longest = 64;  // no key is; bounds the work

std::size_t letters_to_change(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);  // changes from the letters so far to each beginning of `to`
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (const char letter : from) {
        std::size_t diagonal = row[0]++;
        for (std::size_t i = 0; i < to.size(); ++i) {
            const std::size_t substituted = diagonal + (letter == to[i] ? 0 : 1);
            diagonal = row[i + 1];
            row[i + 1] = std::min({substituted, row[i] + 1, row[i + 1] + 1});
        }
    }
    return row.back();
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

}  // namespace

std::string_view closest_key(std::string_view key, std::span<const std::string_view> keys) {
    if (key.empty() || key.size() > longest || keys.empty()) return {};
    const auto distance = [&](std::string_view candidate) { return letters_to_change(key, candidate); };
    const auto closest = *std::ranges::min_element(keys, {}, distance);
    if (distance(closest) * 3 <= closest.size()) return closest;
    const auto same_end = std::ranges::find(keys, last_part(key), last_part);
    return same_end == keys.end() ? std::string_view{} : *same_end;
}

}  // namespace simtrail::config
