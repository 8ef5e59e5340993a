#include "adapters/config/key_suggestion.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <ranges>

namespace simtrail::config {

namespace {

constexpr std::size_t longest = 64;  // no key is; bounds the work

/// How many letters of `from` to change, add or leave out to get `name`; nothing where that is more than a third of it.
std::optional<std::size_t> letters_to_change(std::string_view from, std::string_view name) {
    const std::size_t most = name.size() / 3;
    if (from.size() > name.size() + most || name.size() > from.size() + most || name.size() > longest) return {};
    std::array<std::size_t, longest + 1> row{};  // changes from the letters so far to each beginning of `name`
    std::ranges::copy(std::views::iota(std::size_t{0}, name.size() + 1), row.begin());
    for (const char letter : from) {
        std::size_t diagonal = row[0]++;
        std::size_t least = row[0];
        for (std::size_t i = 0; i < name.size(); ++i) {
            const std::size_t substituted = diagonal + (letter == name[i] ? 0 : 1);
            diagonal = row[i + 1];
            row[i + 1] = std::min({substituted, row[i] + 1, row[i + 1] + 1});
            least = std::min(least, row[i + 1]);
        }
        if (least > most) return {};
    }
    return row[name.size()] > most ? std::nullopt : std::optional(row[name.size()]);
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

}  // namespace

std::string_view closest_key(std::string_view key, std::span<const std::string_view> keys) {
    if (key.empty() || key.size() > longest) return {};
    std::string_view closest;
    std::size_t least = longest;
    for (const std::string_view candidate : keys) {
        const auto changes = letters_to_change(key, candidate);
        if (!changes || *changes >= least) continue;
        closest = candidate;
        least = *changes;
    }
    if (!closest.empty()) return closest;
    const auto same_end = std::ranges::find(keys, last_part(key), last_part);
    return same_end == keys.end() ? std::string_view{} : *same_end;
}

}  // namespace simtrail::config
