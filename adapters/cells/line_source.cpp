#include "adapters/cells/line_source.hpp"

#include <cstring>
#include <utility>

namespace simtrail::cells {

namespace {
constexpr std::size_t chunk_bytes = 1024 * 1024;
}  // namespace

LineSource::LineSource(std::filesystem::path path) : path_(std::move(path)), buffer_(chunk_bytes + line_padding) {
    auto source = feed::open_bytes(path_.string());
    if (!source) throw CellFileError(source.error());
    source_ = std::move(*source);
}

LineSource::~LineSource() = default;

/// False at the end of the file. Precondition: less than a whole buffer is unread.
bool LineSource::refill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    const auto got = source_->read({buffer_.data() + end_, chunk_bytes - end_});
    if (!got) throw CellFileError(got.error());
    if (*got == 0 && source_->truncated())
        throw CellFileError(path_.string() + ": after line " + std::to_string(line_number_) + ": " +
                            *source_->truncated() + "; fetch it again");
    end_ += *got;
    return *got > 0;
}

std::string_view LineSource::take(std::size_t length, std::size_t consumed) {
    const std::string_view line{buffer_.data() + begin_, length};
    begin_ += consumed;
    ++line_number_;
    return line;
}

std::optional<std::string_view> LineSource::next() {
    std::size_t searched = 0;
    while (true) {
        const char* unread = buffer_.data() + begin_;
        const auto length = end_ - begin_;
        const auto* feed = static_cast<const char*>(std::memchr(unread + searched, '\n', length - searched));
        if (skipping_) {
            begin_ = feed != nullptr ? begin_ + static_cast<std::size_t>(feed - unread) + 1 : end_;
            skipping_ = feed == nullptr;
            searched = 0;
            if (feed == nullptr && !refill()) return std::nullopt;
            continue;
        }
        if (feed != nullptr && feed - unread <= static_cast<std::ptrdiff_t>(max_line_bytes))
            return take(static_cast<std::size_t>(feed - unread), static_cast<std::size_t>(feed - unread) + 1);
        if (length > max_line_bytes) {
            skipping_ = true;
            return take(max_line_bytes + 1, max_line_bytes + 1);
        }
        searched = length;
        if (!refill()) return length == 0 ? std::nullopt : std::optional{take(length, length)};
    }
}

}  // namespace simtrail::cells
