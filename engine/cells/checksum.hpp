#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace simtrail {

/// XXH64 with seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): against accidents, not against
/// forgers.
std::uint64_t checksum(std::span<const std::byte> bytes) noexcept;

}  // namespace simtrail
