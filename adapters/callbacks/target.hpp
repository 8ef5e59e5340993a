#pragma once

#include <expected>
#include <optional>
#include <string>

namespace simtrail::callbacks {

/// Where callbacks of a consent or a track go, checked.
struct Target {
    std::string url;
    std::string meta_json;  // compact; "{}" where none was given
    std::string key;        // the decoded secret; empty: not signed
};

/// What is wrong with a callback, and in which of its fields ("callback.url"): the words of a 400.
struct TargetFault {
    std::string field;
    std::string what;
};

constexpr std::size_t max_meta_bytes = 4096;  // it is kept and sent with each callback

/// Checks a callback as it is registered. Refused: URLs that parse_url refuses; unless `allow_private_addresses`, literal
/// addresses that are not public and names that can only mean this network (localhost, *.local, *.internal, single labels).
/// What other names resolve to is checked at every connect.
std::expected<Target, TargetFault> check_target(std::string url, std::optional<std::string> meta_json,
                                                const std::optional<std::string>& secret_base64,
                                                bool allow_private_addresses);

}  // namespace simtrail::callbacks
