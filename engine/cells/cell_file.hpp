#pragma once

#include <cstdint>
#include <string>

namespace simtrail {

/// A file of cells that points were located with, so that it can be found and known again.
struct CellFile {
    std::string path;  // absolute
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;  // of a compiled file its header's, which has those of its sections; else of all bytes
    friend bool operator==(const CellFile&, const CellFile&) noexcept = default;
};

}  // namespace simtrail
