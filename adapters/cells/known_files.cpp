#include "adapters/cells/known_files.hpp"

#include <algorithm>

#include "adapters/cells/line_source.hpp"
#include "adapters/cells/mapped_file.hpp"
#include "engine/cells/checksum.hpp"
#include "engine/cells/section_file.hpp"

namespace simtrail::cells {

namespace {

/// Header and section table of a compiled file, with the checksums of all that follows, end before.
constexpr std::size_t head_bytes = 4096;

CellFile known_file(const std::filesystem::path& path) {
    const MappedFile file(path);
    auto bytes = file.bytes();
    CellFile known{.path = std::filesystem::absolute(path).lexically_normal().string(), .bytes = bytes.size()};
    if (SectionFile::recognises(bytes)) bytes = bytes.first(std::min(bytes.size(), head_bytes));
    known.checksum = checksum(bytes);
    return known;
}

}  // namespace

std::vector<CellFile> known_files(std::span<const std::filesystem::path> files) {
    std::vector<CellFile> known;
    const auto is_read_once = [](const auto& path) {
        return std::filesystem::is_fifo(path) || std::filesystem::is_character_file(path) ||
               std::filesystem::is_socket(path);
    };
    if (std::ranges::any_of(files, is_read_once)) return known;
    for (const auto& path : files) known.push_back(known_file(path));
    return known;
}

void check_unchanged(std::span<const CellFile> files) {
    for (const CellFile& file : files)
        if (known_file(file.path) != file) throw CellFileError(file.path + ": is not the file that it was");
}

}  // namespace simtrail::cells
