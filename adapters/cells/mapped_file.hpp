#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace simtrail::cells {

/// A file mapped read-only for this object's life. Throws CellFileError.
class MappedFile {
   public:
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const noexcept { return bytes_; }

   private:
    std::span<const std::byte> bytes_;
};

}  // namespace simtrail::cells
