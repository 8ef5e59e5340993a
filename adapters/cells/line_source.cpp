#include "adapters/cells/line_source.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <zlib.h>

namespace simtrail::cells {

namespace {
constexpr std::size_t chunk_bytes = 1024 * 1024;
constexpr unsigned gzip_buffer_bytes = 256 * 1024;
}  // namespace

struct LineSource::Gzip {
    gzFile file;  // zlib reads plain files through the same calls
    ~Gzip() { gzclose(file); }
};

LineSource::LineSource(std::filesystem::path path) : path_(std::move(path)), buffer_(chunk_bytes + line_padding) {
    gzFile file = gzopen(path_.c_str(), "rb");
    if (file == nullptr) throw CellFileError(path_.string() + ": cannot be opened: " + std::strerror(errno));
    gzip_ = std::make_unique<Gzip>(file);
    gzbuffer(file, gzip_buffer_bytes);
    std::error_code unknown_size;
    const auto size = std::filesystem::file_size(path_, unknown_size);
    bytes_total_ = unknown_size ? 0 : size;
}

LineSource::~LineSource() = default;

std::uint64_t LineSource::bytes_read() const { return static_cast<std::uint64_t>(gzoffset(gzip_->file)); }

/// False at the end of the file. Precondition: less than a whole buffer is unread.
bool LineSource::refill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    const int got = gzread(gzip_->file, buffer_.data() + end_, static_cast<unsigned>(chunk_bytes - end_));
    int error = Z_OK;
    const char* message = gzerror(gzip_->file, &error);
    if (got < 0 || (error != Z_OK && error != Z_STREAM_END))
        throw CellFileError(path_.string() + ": after line " + std::to_string(line_number_) +
                            ": cannot be read on: " + (error == Z_ERRNO ? std::strerror(errno) : message) +
                            (error == Z_BUF_ERROR ? " (the gzip file is cut short; fetch it again)" : ""));
    end_ += static_cast<std::size_t>(got);
    return got > 0;
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
