#include "engine/tracing/evidence.hpp"

namespace simtrail {

namespace {

// The first byte: the radio in two bits, then what is present.
enum Flag : std::uint8_t {
    has_area = 4,
    has_pci = 8,
    has_signal = 16,
    has_quality = 32,
    has_ta = 64,
    has_neighbours = 128
};

// How the serving cell is written: as the reference's, as another of its area, or in full (network + in_full).
enum CellForm : std::uint8_t { same_cell = 0, same_area = 1, in_full = 2 };

enum NeighbourFlag : std::uint8_t { by_cell = 1, by_area = 2, by_pci = 4 };

constexpr std::uint64_t when(bool present, std::uint8_t flag) { return present ? flag : 0U; }

bool shares_area(const CellIdentity& a, const CellIdentity* b) {
    return b != nullptr && a.radio == b->radio && a.plmn == b->plmn && a.area == b->area;
}

std::int64_t difference(std::uint64_t a, std::uint64_t b) { return static_cast<std::int64_t>(a - b); }
std::uint64_t sum(std::uint64_t a, std::int64_t b) { return a + static_cast<std::uint64_t>(b); }

void append_cell(ByteWriter& out, const CellIdentity& cell, const CellIdentity* reference) {
    if (!shares_area(cell, reference)) {
        out.varint(std::uint64_t{cell.plmn.mcc} * 1000 + cell.plmn.mnc + in_full);
        if (cell.area) out.varint(*cell.area);
        out.varint(cell.cell);
    } else if (cell.cell == reference->cell) {
        out.u8(same_cell);
    } else {
        out.u8(same_area);
        out.zigzag(difference(cell.cell, reference->cell));
    }
}

bool read_cell(ByteReader& in, const CellIdentity* reference, bool with_area, CellIdentity& cell) {
    const std::uint64_t form = in.varint();
    if (form < in_full) {
        if (reference == nullptr || reference->radio != cell.radio || reference->area.has_value() != with_area)
            return false;
        cell = *reference;
        if (form == same_area) cell.cell = sum(cell.cell, in.zigzag());
    } else {
        const std::uint64_t network = form - in_full;
        if (network > std::uint64_t{max_mcc} * 1000 + max_mnc) return false;
        cell.plmn = {static_cast<std::uint16_t>(network / 1000), static_cast<std::uint16_t>(network % 1000)};
        cell.area.reset();
        if (with_area) cell.area = static_cast<std::uint32_t>(in.varint());
        cell.cell = in.varint();
    }
    return in.ok() && in_range(cell);
}

void append_neighbour(ByteWriter& out, const Neighbour& n, const CellIdentity& serving) {
    out.u8(when(n.cell.has_value(), by_cell) | when(n.area.has_value(), by_area) | when(n.pci.has_value(), by_pci));
    if (n.cell) out.zigzag(difference(*n.cell, serving.cell));
    if (n.area) out.varint(*n.area);
    if (n.pci) out.varint(*n.pci);
    out.u8(static_cast<std::uint64_t>(-n.signal_dbm));
}

Neighbour read_neighbour(ByteReader& in, const CellIdentity& serving) {
    Neighbour n;
    const std::uint8_t flags = in.u8();
    if ((flags & by_cell) != 0) n.cell = sum(serving.cell, in.zigzag());
    if ((flags & by_area) != 0) n.area = static_cast<std::uint32_t>(in.varint());
    if ((flags & by_pci) != 0) n.pci = static_cast<std::uint16_t>(in.varint());
    n.signal_dbm = static_cast<std::int16_t>(-in.u8());
    return n;
}

}  // namespace

void append_evidence(ByteWriter& out, const CellEvent& event, const CellIdentity* reference) {
    const CellIdentity& serving = event.serving;
    out.u8(static_cast<std::uint64_t>(serving.radio) | when(serving.area.has_value(), has_area) |
           when(event.pci.has_value(), has_pci) | when(event.signal_dbm.has_value(), has_signal) |
           when(event.quality_db.has_value(), has_quality) | when(event.timing_advance.has_value(), has_ta) |
           when(!event.neighbours.empty(), has_neighbours));
    append_cell(out, serving, reference);
    if (event.pci) out.varint(*event.pci);
    if (event.signal_dbm) out.u8(static_cast<std::uint64_t>(-*event.signal_dbm));
    if (event.quality_db) out.zigzag(*event.quality_db);
    if (event.timing_advance) out.varint(*event.timing_advance);
    if (event.neighbours.empty()) return;
    out.u8(event.neighbours.size());
    for (const Neighbour& n : event.neighbours) append_neighbour(out, n, serving);
}

bool read_evidence(ByteReader& in, const CellIdentity* reference, CellEvent& event) {
    const std::uint8_t flags = in.u8();
    event.serving.radio = static_cast<Radio>(flags & 3U);
    if (!read_cell(in, reference, (flags & has_area) != 0, event.serving)) return false;
    event.pci.reset();
    event.signal_dbm.reset();
    event.quality_db.reset();
    event.timing_advance.reset();
    event.neighbours.clear();
    if ((flags & has_pci) != 0) event.pci = static_cast<std::uint16_t>(in.varint());
    if ((flags & has_signal) != 0) event.signal_dbm = static_cast<std::int16_t>(-in.u8());
    if ((flags & has_quality) != 0) event.quality_db = static_cast<std::int16_t>(in.zigzag());
    if ((flags & has_ta) != 0) event.timing_advance = static_cast<std::uint16_t>(in.varint());
    if ((flags & has_neighbours) != 0) {
        const std::size_t count = in.u8();
        if (count > Neighbours::capacity) return false;
        for (std::size_t i = 0; i < count; ++i) event.neighbours.push_back(read_neighbour(in, event.serving));
    }
    return in.ok();
}

}  // namespace simtrail
