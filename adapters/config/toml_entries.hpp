#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/config/configuration.hpp"

namespace simtrail::config {

/// A value that no key takes: a date, a list of anything but texts, …
struct OtherValue {
    std::string_view type;  // for people
};
/// The head of a table, `[feed.tcp]`.
struct TableHead {};

using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, OtherValue, TableHead>;

struct Entry {
    std::string key;  // "feed.tcp.listen"
    std::uint32_t line = 0;
    Value value;
};

/// A TOML text as a list, in the order of its lines. The only place that knows the TOML library.
std::expected<std::vector<Entry>, ConfigurationError> toml_entries(std::string_view text, std::string_view path);

}  // namespace simtrail::config
