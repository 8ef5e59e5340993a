#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feed/byte_source.hpp"

namespace simtrail::cells {

/// A file that cannot be used; the message says which, where, what and how to mend it.
class CellFileError : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

/// The lines of a text file, plain or gzip, without their line feed. Throws CellFileError where the file cannot be read to
/// its end: half a table in silence would be worse than none.
class LineSource {
   public:
    explicit LineSource(std::filesystem::path path);
    ~LineSource();
    LineSource(const LineSource&) = delete;
    LineSource& operator=(const LineSource&) = delete;

    /// The next line, valid until the next call. Of a line beyond `max_line_bytes`, the first `max_line_bytes` + 1 bytes.
    /// `line_padding` readable bytes follow it.
    std::optional<std::string_view> next();

    std::uint64_t line_number() const noexcept { return line_number_; }  // of the line last given, from 1

    /// Bytes of the file read so far, compressed where it is, and in all.
    std::uint64_t bytes_read() const noexcept { return source_->consumed_bytes(); }
    std::uint64_t bytes_total() const noexcept { return source_->total_bytes(); }

    static constexpr std::size_t max_line_bytes = 64 * 1024;
    static constexpr std::size_t line_padding = 64;  // simdjson reads ahead

   private:
    bool refill();
    std::string_view take(std::size_t length, std::size_t consumed);

    std::filesystem::path path_;
    std::unique_ptr<feed::ByteSource> source_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0, end_ = 0;  // unread bytes of the buffer
    std::uint64_t line_number_ = 0;
    bool skipping_ = false;  // the rest of an overlong line
};

}  // namespace simtrail::cells
