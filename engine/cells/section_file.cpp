#include "engine/cells/section_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "engine/cells/checksum.hpp"

namespace simtrail {

namespace {

static_assert(std::endian::native == std::endian::little, "the file's integers are read as they are");

constexpr std::array<char, 8> magic{'S', 'I', 'M', 'C', 'E', 'L', 'L', '\n'};  // '\n': a text-mode copy would show
constexpr std::uint32_t format_version = 1;
constexpr std::uint32_t max_sections = 1024;  // far above need; bounds the work of opening

struct FileHeader {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t section_count;
    std::uint64_t file_bytes;
    std::uint64_t checksum;  // of header and section table, itself taken as 0
    std::array<std::uint64_t, 4> reserved;
};
static_assert(sizeof(FileHeader) == cache_line_bytes);

struct SectionEntry {
    std::uint32_t kind, tag;
    std::uint64_t count, parameter, offset, bytes, checksum;
};
static_assert(sizeof(SectionEntry) == 48);

template <class T>
T read_at(std::span<const std::byte> bytes, std::size_t offset) noexcept {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

template <class T>
void write_at(std::span<std::byte> bytes, std::size_t offset, const T& value) noexcept {
    std::memcpy(bytes.data() + offset, &value, sizeof value);
}

constexpr std::size_t entry_offset(std::size_t index) noexcept {
    return sizeof(FileHeader) + index * sizeof(SectionEntry);
}

constexpr std::uint64_t line_aligned(std::uint64_t offset) noexcept {
    return (offset + cache_line_bytes - 1) / cache_line_bytes * cache_line_bytes;
}

/// Of header and table; precondition: they fit.
std::uint64_t header_checksum(std::span<const std::byte> bytes, std::size_t section_count) {
    std::vector<std::byte> head(bytes.begin(),
                                bytes.begin() + static_cast<std::ptrdiff_t>(entry_offset(section_count)));
    write_at(std::span{head}, offsetof(FileHeader, checksum), std::uint64_t{0});
    return checksum(head);
}

bool lies_within(const SectionEntry& entry, std::uint64_t file_bytes) noexcept {
    return entry.offset % cache_line_bytes == 0 && entry.offset <= file_bytes &&
           entry.bytes <= file_bytes - entry.offset;
}

}  // namespace

bool SectionFile::recognises(std::span<const std::byte> bytes) noexcept {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

std::expected<SectionFile, std::string> SectionFile::open(std::span<const std::byte> bytes) {
    if (!recognises(bytes)) return std::unexpected("not a compiled cell file");
    if (bytes.size() < sizeof(FileHeader)) return std::unexpected("cut short within its header");
    const auto header = read_at<FileHeader>(bytes, 0);
    if (header.version != format_version)
        return std::unexpected("format version " + std::to_string(header.version) + ", this program reads version " +
                               std::to_string(format_version) + "; compile it again from its sources");
    if (header.file_bytes != bytes.size())
        return std::unexpected("cut short or grown: its header says " + std::to_string(header.file_bytes) +
                               " bytes, it has " + std::to_string(bytes.size()));
    if (header.section_count > max_sections || entry_offset(header.section_count) > bytes.size())
        return std::unexpected("its section table does not fit");
    if (header.checksum != header_checksum(bytes, header.section_count))
        return std::unexpected("its header is damaged (checksum)");
    for (std::size_t i = 0; i < header.section_count; ++i)
        if (!lies_within(read_at<SectionEntry>(bytes, entry_offset(i)), bytes.size()))
            return std::unexpected("section " + std::to_string(i) + " lies outside the file");
    return SectionFile{bytes, header.section_count};
}

Section SectionFile::section(std::size_t index) const noexcept {
    assert(index < section_count_);
    const auto entry = read_at<SectionEntry>(bytes_, entry_offset(index));
    return {{static_cast<SectionKind>(entry.kind), entry.tag, entry.count, entry.parameter, entry.bytes},
            bytes_.subspan(entry.offset, entry.bytes),
            entry.checksum};
}

std::optional<Section> SectionFile::find(SectionKind kind, std::uint32_t tag) const noexcept {
    for (std::size_t i = 0; i < section_count_; ++i)
        if (const auto found = section(i); found.plan.kind == kind && found.plan.tag == tag) return found;
    return std::nullopt;
}

std::expected<void, std::string> SectionFile::verify() const {
    for (std::size_t i = 0; i < section_count_; ++i)
        if (const auto checked = section(i); checksum(checked.body) != checked.checksum)
            return std::unexpected("section " + std::to_string(i) + " (kind " +
                                   std::to_string(static_cast<std::uint32_t>(checked.plan.kind)) + ", tag " +
                                   std::to_string(checked.plan.tag) + ") is damaged (checksum)");
    return {};
}

CompiledBytes lay_out_sections(std::span<const SectionPlan> plans) {
    assert(plans.size() <= max_sections);
    std::uint64_t end = entry_offset(plans.size());
    std::vector<SectionEntry> entries;
    for (const auto& plan : plans) {
        const std::uint64_t offset = line_aligned(end);
        entries.push_back(
            {static_cast<std::uint32_t>(plan.kind), plan.tag, plan.count, plan.parameter, offset, plan.bytes, 0});
        end = offset + plan.bytes;
    }
    CompiledBytes file(end);
    write_at(std::span{file}, 0,
             FileHeader{magic, format_version, static_cast<std::uint32_t>(plans.size()), end, 0, {}});
    for (std::size_t i = 0; i < entries.size(); ++i) write_at(std::span{file}, entry_offset(i), entries[i]);
    return file;
}

std::span<std::byte> section_body(CompiledBytes& file, std::size_t index) noexcept {
    const auto entry = read_at<SectionEntry>(file, entry_offset(index));
    return std::span{file}.subspan(entry.offset, entry.bytes);
}

void seal_sections(CompiledBytes& file) noexcept {
    const auto header = read_at<FileHeader>(file, 0);
    for (std::size_t i = 0; i < header.section_count; ++i) {
        auto entry = read_at<SectionEntry>(file, entry_offset(i));
        entry.checksum = checksum(section_body(file, i));
        write_at(std::span{file}, entry_offset(i), entry);
    }
    seal_header(file);
}

void seal_header(std::span<std::byte> file) noexcept {
    if (file.size() < sizeof(FileHeader)) return;
    const auto sections = read_at<FileHeader>(file, 0).section_count;
    if (sections > max_sections || entry_offset(sections) > file.size()) return;
    write_at(file, offsetof(FileHeader, checksum), header_checksum(file, sections));
}

}  // namespace simtrail
