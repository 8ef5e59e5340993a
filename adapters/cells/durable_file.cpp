#include "adapters/cells/durable_file.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "adapters/cells/line_source.hpp"

namespace simtrail::cells {

namespace {

class Descriptor {
   public:
    Descriptor(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool write_and_sync(std::span<const std::byte> bytes) const {
        constexpr std::size_t most_at_once = 1U << 30;  // write(2) takes no more than 2 GiB
        while (number_ >= 0 && !bytes.empty()) {
            const auto written = ::write(number_, bytes.data(), std::min(bytes.size(), most_at_once));
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return false;
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return number_ >= 0 && ::fsync(number_) == 0;
    }

   private:
    int number_;
};

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason) {
    throw CellFileError(path.string() + ": cannot be written: " + reason);
}

}  // namespace

void check_writable(const std::filesystem::path& path) {
    std::error_code unknown;  // a path that cannot be looked at cannot be written either, and says so
    if (std::filesystem::exists(path, unknown) && !std::filesystem::is_regular_file(path, unknown))
        refuse(path, "it is there, and no regular file");
    if (::access(folder_of(path).c_str(), W_OK) != 0) refuse(path, std::generic_category().message(errno));
}

void write_durably(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    check_writable(path);
    const std::filesystem::path temporary = path.string() + ".part";
    const auto folder = folder_of(path);
    if (Descriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC).write_and_sync(bytes) &&
        ::rename(temporary.c_str(), path.c_str()) == 0 && Descriptor(folder, O_RDONLY).write_and_sync({}))
        return;
    const std::string reason = std::generic_category().message(errno);
    ::unlink(temporary.c_str());
    refuse(path, reason);
}

}  // namespace simtrail::cells
