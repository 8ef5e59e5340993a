#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace simtrail::feed {

/// The bytes of a recorded feed, decompressed, read once from front to back. Not thread-safe.
class ByteSource {
   public:
    virtual ~ByteSource() = default;

    /// Fills the front of `out` and tells how much of it; 0 only at the end. An error is the system's, with the path.
    virtual std::expected<std::size_t, std::string> read(std::span<char> out) = 0;

    /// At the end: what is wrong with a gzip stream that was cut short or is corrupt, and where. What came before was read.
    virtual std::optional<std::string> truncated() const = 0;

    /// Of the underlying file, compressed where it is; for progress bars. The total of a pipe is 0: unknown.
    virtual std::uint64_t total_bytes() const noexcept = 0;
    virtual std::uint64_t consumed_bytes() const noexcept = 0;
};

/// Opens a file, or standard input for `-`. gzip, of any number of members, is told by its first bytes, not by its name.
/// The error names the path and the cause.
std::expected<std::unique_ptr<ByteSource>, std::string> open_bytes(const std::string& path);

}  // namespace simtrail::feed
