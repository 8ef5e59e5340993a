#pragma once

#include <span>
#include <string_view>

namespace simtrail::config {

/// The key that somebody most likely meant: the one with the fewest letters to change (Levenshtein), within a third of its
/// length; or the one whose last part is the very same. Empty: none is near.
std::string_view closest_key(std::string_view key, std::span<const std::string_view> keys);

}  // namespace simtrail::config
