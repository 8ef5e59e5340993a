#include "adapters/feed/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace simtrail::feed {

namespace {

using Size = std::expected<std::size_t, std::string>;

constexpr std::string_view gzip_magic = "\x1F\x8B";
constexpr std::size_t input_bytes = 256 * 1024;  // one read(2) in a few milliseconds of inflate

std::string fault(const std::string& path, int error) { return path + ": " + std::generic_category().message(error); }

/// An open descriptor; standard input is not ours to close.
class Descriptor {
   public:
    Descriptor(int number, bool owned) noexcept : number_(number), owned_(owned) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)), owned_(other.owned_) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (owned_ && number_ >= 0) ::close(number_);
    }
    int number() const noexcept { return number_; }

   private:
    int number_;
    bool owned_;
};

/// The file's bytes as they stand, with its first ones to look at before they are read.
class RawFile {
   public:
    RawFile(std::string path, Descriptor descriptor) : path_(std::move(path)), descriptor_(std::move(descriptor)) {
        struct stat status{};
        if (::fstat(descriptor_.number(), &status) == 0 && S_ISREG(status.st_mode))
            total_ = static_cast<std::uint64_t>(status.st_size);
        ::posix_fadvise(descriptor_.number(), 0, 0, POSIX_FADV_SEQUENTIAL);  // advice: a pipe refuses it
    }

    /// The first bytes, as many as gzip's magic has or the file.
    std::expected<std::string_view, std::string> peek() {
        while (head_size_ < head_.size()) {
            const auto size = read_descriptor(std::span(head_).subspan(head_size_));
            if (!size) return std::unexpected(size.error());
            if (*size == 0) break;
            head_size_ += *size;
        }
        return std::string_view(head_.data(), head_size_);
    }

    Size read(std::span<char> out) {
        if (head_read_ == head_size_) {
            auto size = read_descriptor(out);
            consumed_ += size.value_or(0);
            return size;
        }
        const auto size = std::min(out.size(), head_size_ - head_read_);
        std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(head_read_), size, out.begin());
        head_read_ += size;
        consumed_ += size;
        return size;
    }

    const std::string& path() const noexcept { return path_; }
    std::uint64_t total() const noexcept { return total_; }
    std::uint64_t consumed() const noexcept { return consumed_; }

   private:
    Size read_descriptor(std::span<char> out) {
        for (;;) {
            const auto size = ::read(descriptor_.number(), out.data(), out.size());
            if (size >= 0) return static_cast<std::size_t>(size);
            if (errno != EINTR) return std::unexpected(fault(path_, errno));
        }
    }

    std::string path_;
    Descriptor descriptor_;
    std::array<char, gzip_magic.size()> head_{};
    std::size_t head_size_ = 0;
    std::size_t head_read_ = 0;
    std::uint64_t total_ = 0;
    std::uint64_t consumed_ = 0;
};

class PlainSource final : public ByteSource {
   public:
    explicit PlainSource(RawFile file) : file_(std::move(file)) {}

    Size read(std::span<char> out) override { return file_.read(out); }
    std::optional<std::string> truncated() const override { return std::nullopt; }
    std::uint64_t total_bytes() const noexcept override { return file_.total(); }
    std::uint64_t consumed_bytes() const noexcept override { return file_.consumed(); }

   private:
    RawFile file_;
};

/// gzip members one after the other (RFC 1952). Zero bytes after a member are padding, as tape tools write.
class GzipSource final : public ByteSource {
   public:
    explicit GzipSource(RawFile file) : file_(std::move(file)), input_(input_bytes) {
        constexpr int gzip_only = 16 + MAX_WBITS;
        if (::inflateInit2(&stream_, gzip_only) != Z_OK) throw std::bad_alloc();
    }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;
    ~GzipSource() override { ::inflateEnd(&stream_); }

    Size read(std::span<char> out) override {
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), std::uint32_t{1} << 30));
        const auto room = stream_.avail_out;
        while (stream_.avail_out == room && room > 0 && !ended_) {
            if (stream_.avail_in == 0) {
                const auto size = refill();
                if (!size) return size;
                if (*size == 0) {
                    end(between_members_ ? "" : "ends within a gzip member");
                    break;
                }
            }
            if (between_members_ && !begin_member()) continue;
            inflate();
        }
        return room - stream_.avail_out;
    }

    std::optional<std::string> truncated() const override { return damage_; }
    std::uint64_t total_bytes() const noexcept override { return file_.total(); }
    std::uint64_t consumed_bytes() const noexcept override { return file_.consumed() - stream_.avail_in; }

   private:
    Size refill() {
        auto size = file_.read(input_);
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(size.value_or(0));
        return size;
    }

    /// Skips padding; true where the input then holds the first bytes of a member.
    bool begin_member() noexcept {
        while (stream_.avail_in > 0 && *stream_.next_in == 0) {
            ++stream_.next_in;
            --stream_.avail_in;
        }
        if (stream_.avail_in == 0) return false;
        between_members_ = false;
        ::inflateReset(&stream_);
        return true;
    }

    void inflate() {
        const int result = ::inflate(&stream_, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            between_members_ = true;
        else if (result == Z_MEM_ERROR)
            throw std::bad_alloc();
        else if (result != Z_OK && result != Z_BUF_ERROR)
            end(std::string("corrupt gzip: ") + (stream_.msg ? stream_.msg : "no gzip member"));
    }

    void end(const std::string& what) {
        ended_ = true;
        if (!what.empty()) damage_ = file_.path() + ": " + what + ", at byte " + std::to_string(consumed_bytes());
    }

    RawFile file_;
    std::vector<char> input_;
    z_stream stream_{};
    bool between_members_ = false;
    bool ended_ = false;
    std::optional<std::string> damage_;
};

}  // namespace

std::expected<std::unique_ptr<ByteSource>, std::string> open_bytes(const std::string& path) {
    const bool standard_input = path == "-";
    const int number = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (number < 0) return std::unexpected(fault(path, errno));
    RawFile file(standard_input ? "standard input" : path, Descriptor(number, !standard_input));
    const auto head = file.peek();
    if (!head) return std::unexpected(head.error());
    if (*head == gzip_magic) return std::make_unique<GzipSource>(std::move(file));
    return std::make_unique<PlainSource>(std::move(file));
}

}  // namespace simtrail::feed
