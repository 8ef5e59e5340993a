#include "adapters/cells/mapped_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/cells/line_source.hpp"

namespace simtrail::cells {

MappedFile::MappedFile(const std::filesystem::path& path) {
    const auto failed = [&] {
        return CellFileError(path.string() + ": cannot be mapped: " + std::generic_category().message(errno));
    };
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw failed();
    struct stat status{};
    void* address = MAP_FAILED;
    if (::fstat(descriptor, &status) == 0 && status.st_size > 0)
        address = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0);
    const auto error = failed();
    ::close(descriptor);
    if (address == MAP_FAILED) throw CellFileError(error);
    bytes_ = {static_cast<const std::byte*>(address), static_cast<std::size_t>(status.st_size)};
}

MappedFile::~MappedFile() {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): munmap writes nothing
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace simtrail::cells
