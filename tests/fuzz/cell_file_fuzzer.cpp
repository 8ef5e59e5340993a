// Compiled cell files and models: any bytes either are refused or are read without leaving them: looked up, located by, added
// to. Mutations keep the header's checksum right, else it would hide everything behind it; half of them change some bytes of
// one section's body, so that its items contradict each other while the file still opens.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"
#include "engine/maths/geodesy.hpp"
#include "engine/positioning/locator.hpp"
#include "engine/positioning/model_learner.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace simtrail;

constexpr Plmn network{404, 45};
constexpr GeoPoint origin{1, 2};

/// Along a road of 2 km between cells 1 and 2 of one site and a neighbour known by its PCI; every third event without
/// neighbours, with timing advance.
Observation observation_at(int i, int drive) {
    const auto cell = static_cast<std::uint64_t>(i < 10 ? 1 : 2);
    CellEvent event{.ts_ms = 1'700'000'000'000 + drive * 86'400'000LL + i * 5000,
                    .msisdn = *Msisdn::parse("404"),
                    .serving = {Radio::lte, network, 7, cell},
                    .signal_dbm = static_cast<std::int16_t>(-70 - i)};
    if (i % 3 == 0) {
        event.timing_advance = static_cast<std::uint16_t>(i);
    } else {
        event.neighbours.push_back({.cell = 3 - cell, .signal_dbm = static_cast<std::int16_t>(-100 + i)});
        event.neighbours.push_back({.pci = std::uint16_t{9}, .signal_dbm = -90});
    }
    return {event, displaced(origin, {100.0 * i, 0})};
}

template <class Visit>
void drive_along(Visit visit) {
    for (int drive = 0; drive < 3; ++drive)
        for (int i = 0; i < 20; ++i) visit(observation_at(i, drive));
}

const CompiledBytes& sample_file() {
    static const CompiledBytes file = [] {
        ModelLearner learner;
        drive_along([&](const Observation& observation) { learner.survey(observation); });
        drive_along([&](const Observation& observation) { learner.observe(observation); });
        CellTableBuilder tables, builder;
        for (std::uint64_t cell = 10; cell < 13; ++cell)
            tables.add({Radio::lte, network, 7, cell},
                       {.site = origin, .azimuth_deg = static_cast<std::uint16_t>(120 * (cell - 10))});
        tables.add({Radio::gsm, network, 7, 1}, {.site = origin});
        tables.add_rival_field();
        learner.learn_into(builder, tables);
        // Rings have no place in a road's model: it has a mirror image.
        const std::vector<PackedSite> sites{{.key = key_of({Radio::gsm, network, 7, 1}).key, .place = to_fixed(origin)},
                                            {.key = key_of({Radio::lte, network, 7, 0}).key,
                                             .place = to_fixed(origin),
                                             .radio = static_cast<std::uint16_t>(Radio::lte),
                                             .keys = 256}};
        builder.add_section(section_of<PackedSite>({.kind = SectionKind::fitted_sites}, sites));
        return builder.build();
    }();
    return file;
}

/// Changes some bytes of one section's body and leaves the rest as it was.
void mutate_body(std::span<std::uint8_t> bytes, unsigned seed) {
    const auto file = SectionFile::open(std::as_bytes(bytes));
    if (!file || file->section_count() == 0) return;
    constexpr std::size_t window = 64;
    const auto body = file->section(seed % file->section_count()).body;
    if (body.empty()) return;
    const auto at =
        static_cast<std::size_t>(body.data() - std::as_bytes(bytes).data()) + seed / 64 % body.size() / 4 * 4;
    const std::size_t size = std::min(window, bytes.size() - at);
    LLVMFuzzerMutate(bytes.data() + at, size, size);
}

/// Changes one number of the header or of the section table.
void mutate_table(std::span<std::uint8_t> bytes, unsigned seed) {
    const auto file = SectionFile::open(std::as_bytes(bytes));
    if (!file || file->section_count() == 0) return;
    constexpr std::size_t number = sizeof(std::uint64_t);
    const auto end = static_cast<std::size_t>(file->section(0).body.data() - std::as_bytes(bytes).data());
    if (end >= number) LLVMFuzzerMutate(bytes.data() + seed % (end / number) * number, number, number);
}

void look_up(const CellTable& table) {
    table.for_each([&](const CellIdentity& identity, const CellRecord&) {
        table.prefetch(identity);
        (void)table.find(identity);
    });
    table.for_each_area([&](Radio radio, Plmn plmn, std::uint32_t area, const AreaRecord&) {
        (void)table.find_area(radio, plmn, area);
    });
    (void)table.find({Radio::nr, {1, 1}, std::nullopt, table.file_bytes()});
    const auto verified = table.verify();
    if (!verified && verified.error().empty()) std::abort();
}

void locate_by(const CellTable& table) {
    MotionFilter motion;
    for (int i = 0; i < 20; i += 9) {
        for (int shift = 0; shift < 2; ++shift) {
            CellEvent event = observation_at(i + shift, 0).event;
            if (i == 18) event.serving.cell = 10;  // a surveyed cell
            const auto estimate = locate(event, table, motion);
            if (estimate) motion.advance(event, {.tis_ms = event.ts_ms}, estimate->belief);
        }
    }
}

void add_to(const CellTable& table) {
    ModelLearner learner;
    if (!learner.start_from(table)) return;
    const auto observation = observation_at(1, 9);
    learner.survey(observation);
    learner.observe(observation);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    if (!SectionFile::recognises(std::as_bytes(std::span(data, size))) && sample_file().size() <= max_size) {
        size = sample_file().size();
        std::memcpy(data, sample_file().data(), size);
    }
    if (seed % 4 == 0)
        mutate_table({data, size}, seed / 4);
    else if (seed % 4 == 1)
        mutate_body({data, size}, seed / 4);
    else
        size = LLVMFuzzerMutate(data, size, max_size);
    seal_header(std::as_writable_bytes(std::span(data, size)));
    return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // As a mapped file is aligned. (Filling a vector of bytes by an allocator of ours would take a third of the time.)
    void* room = nullptr;
    if (::posix_memalign(&room, cache_line_bytes, size) != 0) std::abort();
    const std::unique_ptr<void, decltype(&std::free)> aligned(room, &std::free);
    std::memcpy(room, data, size);
    const auto table = CellTable::open(std::span(static_cast<const std::byte*>(room), size));
    if (!table) return 0;
    look_up(*table);
    locate_by(*table);
    add_to(*table);
    return 0;
}
