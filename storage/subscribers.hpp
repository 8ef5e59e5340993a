#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/events/msisdn.hpp"
#include "storage/sqlite.hpp"

namespace simtrail::storage {

/// The table `subscriber`, where alone MSISDNs stand; other tables refer to a subscriber's number. The way from MSISDN to
/// number is kept in memory (about 60 bytes a subscriber): an index over it would hold copies that an erasure cannot reach.
/// Changes belong to the caller's transaction: `keep` or `undo` after it.
class Subscribers {
   public:
    /// Reads them all. The database outlives it.
    explicit Subscribers(Database& database);

    /// Adds the subscriber where there is none.
    std::int64_t number_of(Msisdn msisdn);
    std::optional<std::int64_t> find(Msisdn msisdn) const;
    void erase(Msisdn msisdn);
    /// Where nothing refers to the subscriber any more: the last may have been a callback about a track's deletion.
    void erase_if_unused(std::int64_t subscriber);

    /// The transaction is committed, or was rolled back.
    void keep() noexcept { changed_.clear(); }
    void undo();

   private:
    Statement insert_, remove_, unused_;
    std::unordered_map<Msisdn, std::int64_t> numbers_;
    std::int64_t next_ = 1;
    std::vector<std::pair<Msisdn, std::optional<std::int64_t>>> changed_;  // with what they were before
};

}  // namespace simtrail::storage
