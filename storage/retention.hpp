#pragma once

#include <cstddef>
#include <cstdint>

#include "storage/sqlite.hpp"
#include "storage/subscribers.hpp"

namespace simtrail::storage {

/// What is too old to be kept.
struct SweepLimits {
    std::int64_t before_ms = 0;  // segments whose newest point is older, dead letters
    std::int64_t now_ms = 0;     // answers and operator's requests live a day
};

/// Deletes at most about `most` rows of what is too old, and numbers that nothing else speaks of, in a transaction of its own. True where there may be more.
bool sweep_once(Database& database, Subscribers& subscribers, const SweepLimits& limits, std::size_t most);

}  // namespace simtrail::storage
