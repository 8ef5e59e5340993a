#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feed/byte_source.hpp"
#include "adapters/feed/line_decoder.hpp"
#include "engine/tracing/trace_store.hpp"

struct XXH3_state_s;

namespace simtrail::feed {

struct RawLine {
    std::string_view text;      // without the line end; valid until the feed is refilled
    std::uint64_t number = 0;   // in the file, from 1
    bool oversized = false;     // `text` is empty then
    bool unterminated = false;  // the feed ended in it
};

/// A recorded file on its way through: framed into lines, and known by its content, so that it goes on where it was.
class RecordedFeed {
   public:
    /// Opens `path` (`-`: standard input) and, where its beginning is one of `known`, skips what was taken. `fresh_id`
    /// names it otherwise. The error says what and where.
    static std::expected<std::unique_ptr<RecordedFeed>, std::string> open(const std::string& path,
                                                                          std::span<const FeedPosition> known,
                                                                          std::uint32_t fresh_id);
    ~RecordedFeed();

    /// The next line. Nothing at the end, or where `may_refill` is false and no whole line is in memory.
    /// Refilling invalidates the lines given before. Throws std::runtime_error where reading fails.
    std::optional<RawLine> peek(bool may_refill);
    void pop();

    /// Bytes of the feed taken so far, those of a line being skipped included.
    std::uint64_t bytes_taken() const noexcept { return buffer_offset_ + taken_; }

    /// After the last line popped.
    FeedPosition position() const;

    /// A decoder of its lines; one a thread.
    std::unique_ptr<LineDecoder> make_decoder(Trust trust) const;

    /// Where its lines are CSV rows.
    const std::optional<std::string>& csv_header() const noexcept { return csv_header_; }
    const std::string& name() const noexcept { return position_.name; }
    std::uint64_t lines_popped() const noexcept { return position_.lines; }
    std::uint64_t lines_taken_before() const noexcept { return lines_before_; }
    /// What was odd about the end: a cut gzip, a last line without line end.
    const std::vector<std::string>& remarks() const noexcept { return remarks_; }
    const ByteSource& source() const noexcept { return *source_; }

   private:
    struct FreeHash {
        void operator()(XXH3_state_s* state) const noexcept;
    };

    RecordedFeed(std::string path, std::uint32_t fresh_id);
    void start();
    std::expected<void, std::string> resume(std::span<const FeedPosition> known);
    std::vector<FeedPosition> with_our_head(std::span<const FeedPosition> known);
    void skip_to(std::uint64_t bytes);
    bool refill();
    void read_header();
    void find_next();
    void hash_taken() const;
    std::array<std::uint64_t, 2> prefix_hash() const;

    std::string path_;
    std::unique_ptr<ByteSource> source_;
    std::vector<char> buffer_;
    std::size_t taken_ = 0;           // consumed up to here
    mutable std::size_t hashed_ = 0;  // hashed up to here, <= taken_
    std::size_t searched_ = 0;        // no line end between taken_ and here
    std::size_t end_ = 0;
    std::uint64_t buffer_offset_ = 0;              // of buffer_[0] in the feed
    std::optional<FeedPosition> oversized_start_;  // where the oversized line being skipped begins
    std::uint64_t oversized_bytes_ = 0;            // of the line being skipped, already dropped from the buffer
    bool ended_ = false;
    std::optional<RawLine> next_;
    std::size_t next_end_ = 0;
    std::optional<std::string> csv_header_;
    FeedPosition position_;
    std::uint64_t lines_before_ = 0;
    std::vector<std::string> remarks_;
    std::unique_ptr<XXH3_state_s, FreeHash> hash_;
};

}  // namespace simtrail::feed
