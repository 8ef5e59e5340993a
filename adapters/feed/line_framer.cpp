#include "adapters/feed/line_framer.hpp"

#include <cassert>
#include <cstring>

namespace simtrail::feed {

namespace {

/// A CR before the line end belongs to the line end.
bool is_oversized(std::string_view text, bool unterminated) noexcept {
#ifdef SIMTRAIL_PLANTED_BUGS  // the bug that feed_framing_fuzzer must find
    const bool cr = false && unterminated;
#else
    const bool cr = !unterminated && text.ends_with('\r');
#endif
    return text.size() - (cr ? 1 : 0) > max_line_bytes;
}

}  // namespace

std::span<char> LineFramer::room(std::size_t size) {
    drop_taken();
    if (buffer_.size() < end_ + size + line_padding) {
        const char* const before = buffer_.data();
        buffer_.resize(end_ + size + line_padding);
        for (RawLine& line : lines_)
            if (!line.text.empty()) line.text = {buffer_.data() + (line.text.data() - before), line.text.size()};
    }
    return {buffer_.data() + end_, size};
}

/// Moves what is not taken to the front.
void LineFramer::drop_taken() {
    lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
    std::size_t keep = start_;
    for (const RawLine& line : lines_) {
        if (line.text.empty()) continue;
        keep = static_cast<std::size_t>(line.text.data() - buffer_.data());
        break;
    }
    if (keep == 0) return;
    std::memmove(buffer_.data(), buffer_.data() + keep, end_ - keep);
    for (RawLine& line : lines_)
        if (!line.text.empty()) line.text = {line.text.data() - keep, line.text.size()};
    start_ -= keep;
    end_ -= keep;
}

void LineFramer::filled(std::size_t bytes) {
    assert(end_ + bytes + line_padding <= buffer_.size());
    std::size_t searched = end_;
    end_ += bytes;
    while (searched < end_) {
        const void* const found = std::memchr(buffer_.data() + searched, '\n', end_ - searched);
        if (found == nullptr) break;
        const auto line_end = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
        add({buffer_.data() + start_, line_end - start_}, false);
        start_ = searched = line_end + 1;
    }
    if (!skipping_ && end_ - start_ <= max_line_bytes + 1) return;
    skipping_ = true;  // its end is yet to come: nothing of it is kept
    end_ = start_;
}

void LineFramer::add(std::string_view text, bool unterminated) {
    const bool oversized = skipping_ || is_oversized(text, unterminated);
    skipping_ = false;
    lines_.push_back({.text = oversized ? std::string_view{} : text,
                      .number = next_number_++,
                      .oversized = oversized,
                      .unterminated = unterminated});
}

void LineFramer::end() {
    if (end_ == start_ && !skipping_) return;
    add({buffer_.data() + start_, end_ - start_}, true);
    start_ = end_;
}

void LineFramer::number_from(std::uint64_t number) noexcept {
    for (std::size_t i = taken_; i < lines_.size(); ++i) lines_[i].number = number++;
    next_number_ = number;
}

}  // namespace simtrail::feed
