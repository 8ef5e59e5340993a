#pragma once

#include <cstddef>
#include <string>

#include "storage/sqlite.hpp"

namespace simtrail::storage {

/// How much waits to be sent, for gauges: counted by index, each up to `most`. A connection of its own, one thread at a time.
class OutboxDepths {
   public:
    static constexpr std::size_t most = 100'000;

    struct Depths {
        std::size_t callbacks = 0, dead_callbacks = 0, texts = 0;
    };

    /// Throws StoreError.
    explicit OutboxDepths(const std::string& path);
    /// Nothing where the database cannot be read at this moment.
    Depths look();

   private:
    Database database_;
    Statement callbacks_, dead_callbacks_, texts_;
};

}  // namespace simtrail::storage
