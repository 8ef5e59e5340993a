#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace simtrail::storage {

/// Copies a database to `target` as it is at one moment, while others write to it; durable when it returns, and under its
/// name only when it is whole. `progress` is told pages, done of all. Throws StoreError, where `target` exists too.
/// The copy holds one read transaction: the write-ahead log grows meanwhile.
void back_up(const std::string& path, const std::string& target,
             const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace simtrail::storage
