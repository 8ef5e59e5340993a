#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace simtrail::runtime {

/// How many lines of a named source are taken, durable. For `hello`. Any thread.
class SourcePositions {
   public:
    virtual ~SourcePositions() = default;
    virtual std::uint64_t lines_of(const std::string& source) const = 0;
};

}  // namespace simtrail::runtime
