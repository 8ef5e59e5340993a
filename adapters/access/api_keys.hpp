#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/access/api_key.hpp"

namespace simtrail::access {

/// A key that was just made: `text` is shown once and kept nowhere.
struct NewKey {
    std::string text;
    ApiKey record;
};

/// 256 bits from the system's generator. The caller fills in tenant, scopes and times.
NewKey make_key();

/// Which of `keys` the presented text is, by its hash, in constant time over all of them; neither expiry nor revocation is
/// looked at.
std::optional<std::size_t> find_key(std::span<const ApiKey> keys, std::string_view presented) noexcept;

}  // namespace simtrail::access
