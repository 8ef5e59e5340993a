#pragma once

#include <cstdint>

#include "adapters/feed/event_fields.hpp"

namespace simtrail::feed {

/// Tells the first occurrence of each key, which is the one that counts, from those after it.
class SeenFields {
   public:
    bool first(Field field) noexcept {
        const auto bit = std::uint32_t{1} << static_cast<unsigned>(field);
        const bool unseen = (bits_ & bit) == 0;
        bits_ |= bit;
        return unseen;
    }

   private:
    std::uint32_t bits_ = 0;
};

}  // namespace simtrail::feed
