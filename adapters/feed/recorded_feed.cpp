#include "adapters/feed/recorded_feed.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace simtrail::feed {

namespace {

/// Room for many lines, small enough to stay in the second-level cache.
constexpr std::size_t buffer_bytes = 256 * 1024;
/// Enough of a feed's beginning to tell it from others without reading on.
constexpr std::size_t head_bytes = 4096;

std::array<std::uint64_t, 2> words(XXH128_hash_t hash) { return {hash.high64, hash.low64}; }

}  // namespace

void RecordedFeed::FreeHash::operator()(XXH3_state_s* state) const noexcept { XXH3_freeState(state); }

RecordedFeed::RecordedFeed(std::string path, std::uint32_t fresh_id)
    : path_(std::move(path)), buffer_(buffer_bytes + line_padding), hash_(XXH3_createState()) {
    position_.id = fresh_id;
    position_.name = path_ == "-" ? "standard input" : path_.substr(path_.find_last_of('/') + 1);
}

RecordedFeed::~RecordedFeed() = default;

std::expected<std::unique_ptr<RecordedFeed>, std::string> RecordedFeed::open(const std::string& path,
                                                                             std::span<const FeedPosition> known,
                                                                             std::uint32_t fresh_id) {
    std::unique_ptr<RecordedFeed> feed(new RecordedFeed(path, fresh_id));
    try {
        feed->start();
        if (auto resumed = feed->resume(known); !resumed) return std::unexpected(resumed.error());
    } catch (const std::runtime_error& error) {
        return std::unexpected(error.what());
    }
    return feed;
}

void RecordedFeed::start() {
    auto source = open_bytes(path_);
    if (!source) throw std::runtime_error(source.error());
    source_ = std::move(*source);
    XXH3_128bits_reset(hash_.get());
    taken_ = hashed_ = searched_ = end_ = 0;
    buffer_offset_ = 0;
    ended_ = false;
    while (end_ < head_bytes && refill()) {
    }
    position_.head_bytes = std::min(end_, head_bytes);
    position_.head_hash = words(XXH3_128bits(buffer_.data(), position_.head_bytes));
    read_header();
}

/// A CSV header is no line: it is taken before the first one.
void RecordedFeed::read_header() {
    const std::string_view head{buffer_.data(), end_};
    const std::string_view first = head.substr(0, head.find('\n'));
    if (!looks_like_csv_header(first)) return;
    csv_header_ = std::string(first);
    taken_ = searched_ = std::min(first.size() + 1, end_);
}

/// Those of `known` that begin like this feed, nearest first.
std::vector<FeedPosition> RecordedFeed::with_our_head(std::span<const FeedPosition> known) {
    std::vector<FeedPosition> alike;
    for (const FeedPosition& p : known)
        if (p.head_bytes <= end_ && words(XXH3_128bits(buffer_.data(), p.head_bytes)) == p.head_hash && p.bytes > 0)
            alike.push_back(p);
    std::ranges::sort(alike, {}, &FeedPosition::bytes);
    return alike;
}

std::expected<void, std::string> RecordedFeed::resume(std::span<const FeedPosition> known) {
    const auto alike = with_our_head(known);
    const FeedPosition* same = nullptr;
    for (const FeedPosition& candidate : alike) {
        skip_to(candidate.bytes);
        if (buffer_offset_ + taken_ == candidate.bytes && prefix_hash() == candidate.prefix_hash) same = &candidate;
    }
    if (same != nullptr) {
        const auto name = position_.name;
        position_ = *same;
        position_.name = name;
        lines_before_ = same->lines;
    }
    if (alike.empty() || buffer_offset_ + taken_ == position_.bytes) return {};
    if (path_ == "-")
        return std::unexpected(
            "standard input begins like a feed taken before and then differs: replay it from a file");
    const std::uint64_t bytes = position_.bytes;
    start();
    if (same != nullptr) skip_to(bytes);
    return {};
}

/// Takes bytes up to `bytes` of the feed, or all there are.
void RecordedFeed::skip_to(std::uint64_t bytes) {
    while (buffer_offset_ + taken_ < bytes) {
        if (taken_ == end_ && !refill()) return;
        taken_ += static_cast<std::size_t>(std::min<std::uint64_t>(bytes - buffer_offset_ - taken_, end_ - taken_));
        searched_ = taken_;
    }
}

void RecordedFeed::hash_taken() const {
    XXH3_128bits_update(hash_.get(), buffer_.data() + hashed_, taken_ - hashed_);
    hashed_ = taken_;
}

std::array<std::uint64_t, 2> RecordedFeed::prefix_hash() const {
    hash_taken();
    return words(XXH3_128bits_digest(hash_.get()));
}

/// Moves what is not taken to the front and reads more behind it. False at the feed's end.
bool RecordedFeed::refill() {
    if (ended_) return false;
    hash_taken();
    std::memmove(buffer_.data(), buffer_.data() + taken_, end_ - taken_);
    buffer_offset_ += taken_;
    end_ -= taken_;
    searched_ -= taken_;
    taken_ = hashed_ = 0;
    const auto read = source_->read({buffer_.data() + end_, buffer_bytes - end_});
    if (!read) throw std::runtime_error(position_.name + ": " + read.error());
    end_ += *read;
    ended_ = *read == 0;
    if (ended_ && source_->truncated()) remarks_.push_back(position_.name + ": " + *source_->truncated());
    return !ended_;
}

void RecordedFeed::find_next() {
    const auto* from = buffer_.data() + searched_;
    const auto* line_end = static_cast<const char*>(std::memchr(from, '\n', end_ - searched_));
    searched_ = line_end == nullptr ? end_ : static_cast<std::size_t>(line_end - buffer_.data()) + 1;
    if (line_end != nullptr) {
        const std::string_view text{buffer_.data() + taken_, line_end};
        next_ = RawLine{.text = text, .number = 0, .oversized = oversized_bytes_ + text.size() > max_line_bytes + 1};
        next_end_ = searched_;
    } else if (ended_ && (end_ > taken_ || oversized_bytes_ > 0)) {
        const std::string_view text{buffer_.data() + taken_, end_ - taken_};
        next_ = RawLine{.text = text,
                        .number = 0,
                        .oversized = oversized_bytes_ + text.size() > max_line_bytes,
                        .unterminated = true};
        next_end_ = end_;
        remarks_.push_back(position_.name + ": the last line has no line end");
    } else if (end_ - taken_ > max_line_bytes + 1) {
        if (oversized_bytes_ == 0) oversized_start_ = position();
        oversized_bytes_ += end_ - taken_;  // too long already: drop what is here, its end is yet to come
        taken_ = searched_ = end_;
    }
    if (!next_) return;
    if (next_->oversized) next_->text = {};
    next_->number = position_.lines + 1 + (csv_header_ ? 1 : 0);
}

std::optional<RawLine> RecordedFeed::peek(bool may_refill) {
    while (!next_) {
        find_next();
        if (next_ || !may_refill) break;
        if (ended_ && end_ == taken_ && oversized_bytes_ == 0) break;
        refill();
    }
    return next_;
}

void RecordedFeed::pop() {
    taken_ = next_end_;
    oversized_bytes_ = 0;
    oversized_start_.reset();
    next_.reset();
    ++position_.lines;
}

FeedPosition RecordedFeed::position() const {
    if (oversized_start_) return *oversized_start_;
    FeedPosition now = position_;
    now.bytes = buffer_offset_ + taken_;
    now.prefix_hash = prefix_hash();
    return now;
}

std::unique_ptr<LineDecoder> RecordedFeed::make_decoder(Trust trust) const {
    if (!csv_header_) return make_json_decoder(trust);
    auto decoder = make_csv_decoder(*csv_header_, trust);
    if (!decoder) throw std::runtime_error(position_.name + ": " + decoder.error());
    return std::move(*decoder);
}

}  // namespace simtrail::feed
