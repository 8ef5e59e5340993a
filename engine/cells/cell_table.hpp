#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "engine/cells/calibration.hpp"
#include "engine/cells/cell_record.hpp"
#include "engine/cells/fingerprint_map.hpp"
#include "engine/cells/fitted_sites.hpp"
#include "engine/cells/rival_field.hpp"
#include "engine/cells/section_file.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// A read-only view of a compiled cell file (docs/cells.md has the layout). Cheap to copy; the bytes must outlive it.
/// Thread-safe. Every offset is checked when opened and every index when used: a hostile file cannot make it read
/// outside.
class CellTable {
   public:
    /// An empty table: finds nothing.
    CellTable() = default;

    /// Verifies header and section table (not the bodies' checksums: `verify`). The error says what is wrong with the
    /// file.
    static std::expected<CellTable, std::string> open(std::span<const std::byte> bytes);

    std::optional<CellRecord> find(const CellIdentity& identity) const noexcept;

    /// Starts fetching the memory that `find` will read: call it some events ahead.
    void prefetch(const CellIdentity& identity) const noexcept;

    /// The area's centroid; nothing where no cell of it is known.
    std::optional<AreaRecord> find_area(Radio radio, Plmn plmn, std::uint32_t area) const noexcept;

    std::uint64_t size(Radio radio) const noexcept { return cells_of(radio).count; }
    std::uint64_t size() const noexcept;
    std::uint64_t area_count() const noexcept;
    std::uint64_t file_bytes() const noexcept { return file_.bytes(); }

    /// Every cell, in file order. The identity's area is the record's.
    void for_each(const std::function<void(const CellIdentity&, const CellRecord&)>& visit) const;

    /// Every area, by radio, network and number.
    void for_each_area(const std::function<void(Radio, Plmn, std::uint32_t area, const AreaRecord&)>& visit) const;

    /// What the file has beyond the cells themselves: what was learnt, and the field of a site table; empty where it has none.
    const FingerprintMap& fingerprints() const noexcept { return fingerprints_; }
    const Calibration& calibration() const noexcept { return calibration_; }
    const Calibration& hindsight_calibration() const noexcept { return hindsight_calibration_; }
    const FittedSites& fitted_sites() const noexcept { return fitted_sites_; }
    const RivalField& rivals() const noexcept { return rivals_; }

    /// The file's sections, those this table does not read included.
    const SectionFile& file() const noexcept { return file_; }

    /// Compares the bodies with their checksums; the error names the damaged section.
    std::expected<void, std::string> verify() const { return file_.verify(); }

   private:
    struct RadioCells {
        const std::byte* keys = nullptr;
        const std::byte* records = nullptr;
        std::uint64_t buckets = 0;
        std::uint64_t home_buckets = 0;  // at most `buckets`
        std::uint64_t count = 0;
    };

    static std::expected<RadioCells, std::string> open_radio(const SectionFile& file, Radio radio);
    const RadioCells& cells_of(Radio radio) const noexcept { return radios_[static_cast<std::size_t>(radio)]; }

    SectionFile file_;
    std::array<RadioCells, radio_names.size()> radios_{};
    std::span<const std::byte> areas_;  // whole PackedAreas
    FingerprintMap fingerprints_;
    Calibration calibration_, hindsight_calibration_;
    FittedSites fitted_sites_;
    RivalField rivals_;
};

}  // namespace simtrail
