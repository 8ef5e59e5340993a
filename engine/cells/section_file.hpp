#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

// The container of compiled cell files (docs/cells.md): a header, a section table, and bodies that begin on cache
// lines. Little-endian, offsets only. Readers skip sections of a kind they do not know, so later versions can add some.

namespace simtrail {

inline constexpr std::size_t cache_line_bytes = 64;

/// Allocates on cache lines, so that a file in memory is aligned as a mapped one is.
template <class T>
struct LineAllocator {
    using value_type = T;
    LineAllocator() = default;
    template <class U>
    constexpr LineAllocator(const LineAllocator<U>&) noexcept {}
    T* allocate(std::size_t n) {
        return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{cache_line_bytes}));
    }
    void deallocate(T* p, std::size_t) noexcept { ::operator delete(p, std::align_val_t{cache_line_bytes}); }
    friend constexpr bool operator==(LineAllocator, LineAllocator) noexcept { return true; }
};

using CompiledBytes = std::vector<std::byte, LineAllocator<std::byte>>;

/// What a section holds; part of the file format.
enum class SectionKind : std::uint32_t {
    cell_keys = 1,     // of the radio `tag`: buckets of keys; parameter: number of home buckets
    cell_records = 2,  // of the radio `tag`: a packed record for each slot of the keys
    areas = 3,         // of all radios, sorted by key
    cell_places = 4,   // what is learnt of each cell, sorted by radio and key (fingerprint_map.hpp), and so on:
    fingerprints = 5,
    fingerprint_rows = 6,
    fingerprint_columns = 7,
    fingerprint_features = 8,
    calibration = 9,          // how radii follow from what the candidates say (calibration.hpp)
    former_rival_field = 10,  // one without carriers: refused
    rival_field = 11,  // of the network `tag`: how well all its sites around a place are heard there (rival_field.hpp);
                       // parameter: its carrier plan
    fitted_sites = 12,         // where timing advance says that sites stand (fitted_sites.hpp), where no table does
    calibration_samples = 20,  // what the calibration follows from (calibration.hpp): to be added to
};

struct SectionPlan {
    SectionKind kind{};
    std::uint32_t tag = 0;        // tells sections of one kind apart
    std::uint64_t count = 0;      // items in it
    std::uint64_t parameter = 0;  // as the kind says
    std::uint64_t bytes = 0;
};

struct Section {
    SectionPlan plan;
    std::span<const std::byte> body;
    std::uint64_t checksum = 0;
};

/// A checked view of a file's sections: every body lies within the bytes, which must outlive it. Cheap to copy.
class SectionFile {
   public:
    SectionFile() = default;

    /// Checks header and section table; the error says what is wrong with the file.
    static std::expected<SectionFile, std::string> open(std::span<const std::byte> bytes);

    /// True where the bytes begin as a compiled file does.
    static bool recognises(std::span<const std::byte> bytes) noexcept;

    std::size_t section_count() const noexcept { return section_count_; }
    Section section(std::size_t index) const noexcept;
    std::optional<Section> find(SectionKind kind, std::uint32_t tag) const noexcept;
    std::size_t bytes() const noexcept { return bytes_.size(); }

    /// Compares the bodies with their checksums; the error names the damaged section.
    std::expected<void, std::string> verify() const;

   private:
    SectionFile(std::span<const std::byte> bytes, std::size_t section_count) noexcept
        : bytes_(bytes), section_count_(section_count) {}

    std::span<const std::byte> bytes_;
    std::size_t section_count_ = 0;
};

/// A section of a file in the making, whole.
struct MadeSection {
    SectionPlan plan;
    std::vector<std::byte> body;
};

/// A section whose body is the items as they stand. `plan`: its kind, and its tag and parameter where it has some.
template <class Item>
MadeSection section_of(SectionPlan plan, std::span<const Item> items) {
    const auto bytes = std::as_bytes(items);
    plan.count = items.size();
    plan.bytes = bytes.size();
    return {plan, {bytes.begin(), bytes.end()}};
}

/// Writing, in three steps: lay the sections out, fill their zeroed bodies, seal.
CompiledBytes lay_out_sections(std::span<const SectionPlan> plans);
std::span<std::byte> section_body(CompiledBytes& file, std::size_t index) noexcept;
void seal_sections(CompiledBytes& file) noexcept;

/// Recomputes the header's checksum only, of any bytes (the fuzzer's way past it).
void seal_header(std::span<std::byte> file) noexcept;

}  // namespace simtrail
