#include "engine/tracing/journal.hpp"

namespace simtrail {

void append_journal_entry(std::string& out, const JournalEntry& entry) {
    ByteWriter writer{out};
    writer.u8(static_cast<std::uint64_t>(entry.kind));
    writer.varint(entry.track);
    if (entry.kind == JournalEntry::Kind::point) {
        writer.varint(entry.seq);
        writer.raw(entry.point);
    } else {
        writer.zigzag(entry.ts_ms);
    }
    writer.varint(entry.evidence.size());
    out.append(entry.evidence);
}

bool for_each_journal_entry(std::string_view bytes, const std::function<void(const JournalEntry&)>& visit) {
    while (!bytes.empty()) {
        ByteReader reader{bytes};
        JournalEntry entry;
        const std::uint8_t kind = reader.u8();
        if (kind < 1 || kind > 4) return false;
        entry.kind = static_cast<JournalEntry::Kind>(kind);
        entry.track = static_cast<TrackNumber>(reader.varint());
        if (entry.kind == JournalEntry::Kind::point) {
            entry.seq = static_cast<std::uint32_t>(reader.varint());
            entry.point = reader.raw<PackedPoint>();
            entry.ts_ms = entry.point.tis_ms();
        } else {
            entry.ts_ms = reader.zigzag();
        }
        const std::uint64_t size = reader.varint();
        if (!reader.ok() || size > reader.rest().size()) return false;
        entry.evidence = reader.rest().substr(0, size);
        visit(entry);
        bytes = reader.rest().substr(size);
    }
    return true;
}

}  // namespace simtrail
