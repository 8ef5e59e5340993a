#include "engine/tracing/tracker.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <tuple>

#include "engine/geojson/segment.hpp"
#include "engine/positioning/locator.hpp"
#include "engine/tracing/evidence.hpp"
#include "engine/tracing/traced_event.hpp"

namespace simtrail {

namespace {

std::uint32_t cell_hash(const CellIdentity& cell) noexcept {
    return static_cast<std::uint32_t>(
        (cell.key() ^ static_cast<std::uint64_t>(cell.radio) << 62) * 0x9E3779B97F4A7C15ULL >> 32);
}

auto order_of(std::int64_t ts_ms, const CellIdentity& cell) noexcept {
    return std::tuple(ts_ms, cell.radio, cell.key());
}

/// The first held event not before (ts, cell).
auto held_position(std::vector<HeldEvent>& held, std::int64_t ts_ms, const CellIdentity& cell) {
    return std::ranges::lower_bound(held, order_of(ts_ms, cell), {},
                                    [](const HeldEvent& h) { return order_of(h.ts_ms, h.serving); });
}

bool is_at(const std::vector<HeldEvent>& held, std::vector<HeldEvent>::iterator position, std::int64_t ts_ms,
           const CellIdentity& cell) {
    return position != held.end() && order_of(position->ts_ms, position->serving) == order_of(ts_ms, cell);
}

/// Was this subscriber, time, radio and cell there already?
bool is_known(const Track& track, const CellEvent& event) noexcept {
    const std::uint32_t hash = cell_hash(event.serving);
    const std::uint32_t newest = track.next_seq - 1;
    const auto count = std::min<std::uint32_t>(newest, Track::ring_capacity);
    for (std::uint32_t seq = newest; seq > newest - count; --seq) {
        const std::size_t slot = Track::slot(seq);
        if (track.ring[slot].tis_ms() == event.ts_ms && track.cell_hashes[slot] == hash) return true;
    }
    return track.earlier && track.earlier->has(event.ts_ms, hash);
}

/// Of a point that the ring has no room for, only what tells a duplicate is kept, from `oldest_ms` on.
void let_go(Track& track, std::int64_t ts_ms, std::uint32_t hash, std::int64_t oldest_ms) {
    if (ts_ms < oldest_ms) return;
    if (!track.earlier) track.earlier = std::make_unique<EarlierPoints>();
    track.earlier->add(ts_ms, hash, oldest_ms);
}

void put_into_ring(Track& track, const TracePoint& point, const CellIdentity& cell, std::int64_t oldest_ms) {
    const std::size_t slot = Track::slot(point.seq);
    if (point.seq > Track::ring_capacity) let_go(track, track.ring[slot].tis_ms(), track.cell_hashes[slot], oldest_ms);
    track.ring[slot] = PackedPoint{point};
    track.cell_hashes[slot] = cell_hash(cell);
}

void pin(Track& track, std::uint64_t block, TrackOutput& out) {
    if (track.oldest_block != 0) return;
    track.oldest_block = block;
    out.pins.push_back({block, +1});
}

void unpin(Track& track, TrackOutput& out) {
    if (track.oldest_block != 0) out.pins.push_back({track.oldest_block, -1});
    track.oldest_block = 0;
}

void journal(Track& track, const JournalEntry& entry, std::uint64_t block, TrackOutput& out) {
    append_journal_entry(out.journal, entry);
    pin(track, block, out);
}

void journal_held(Track& track, HeldEvent& event, std::uint64_t block, TrackOutput& out) {
    event.block = block;
    journal(track,
            {.kind = JournalEntry::Kind::held, .track = track.number, .ts_ms = event.ts_ms, .evidence = event.evidence},
            block, out);
}

/// Puts a point and its evidence behind the track's others. The caller has seen to room (max_evidence_bytes, one slot).
void append(Track& track, const CellEvent& event, const TracePoint& point, const Belief& belief,
            std::string_view chained_evidence) {
    put_into_ring(track, point, event.serving, std::max(track.published_ms, point.tis_ms) - Tracker::latest_ms);
    std::memcpy(track.evidence.data() + track.evidence_size, chained_evidence.data(), chained_evidence.size());
    track.evidence_size += static_cast<std::uint32_t>(chained_evidence.size());
    track.evidence_reference = event.serving;
    track.next_seq = point.seq + 1;
    if (point.reasons.has(ErrorReason::stale_event)) return;
    track.motion.advance(event, point, belief);
    track.published_ms = std::max(track.published_ms, point.tis_ms);
    track.newest_ms = std::max(track.newest_ms, point.tis_ms);
}

std::string evidence_of(const CellEvent& event, const CellIdentity* reference) {
    std::string bytes;
    ByteWriter writer{bytes};
    append_evidence(writer, event, reference);
    return bytes;
}

std::string chained_evidence(const Track& track, const CellEvent& event) {
    return evidence_of(event, track.evidence_size == 0 ? nullptr : &track.evidence_reference);
}

void append_state(std::string& out, const Track& track) {
    ByteWriter writer{out};
    writer.zigzag(track.newest_ms);
    writer.zigzag(track.published_ms);
    track.motion.append_to(writer);
}

CellEvent event_of(const Track& track, std::int64_t ts_ms) { return {.ts_ms = ts_ms, .msisdn = track.msisdn}; }

/// Precondition: some points are uncut.
Segment segment_of_uncut(const Track& track) {
    std::array<TracePoint, Track::ring_capacity> buffer;
    const std::span points{buffer.data(), track.uncut()};
    for (std::uint32_t seq = track.segmented_seq + 1; TracePoint & point : points) {
        point = track.ring[Track::slot(seq)].unpacked(seq);
        ++seq;
    }
    const auto [oldest, newest] = std::ranges::minmax(points, {}, &TracePoint::tis_ms);
    Segment segment{.track = track.number,
                    .first_seq = points.front().seq,
                    .last_seq = points.back().seq,
                    .min_tis_ms = oldest.tis_ms,
                    .max_tis_ms = newest.tis_ms,
                    .geojson = {},
                    .evidence = std::string(track.evidence.data(), track.evidence_size)};
    geojson::append_segment(segment.geojson, points);
    append_state(segment.evidence, track);
    return segment;
}

/// The newest time taken, after the newest held event turned out to be from the future.
std::int64_t newest_but_rejected(const Track& track) {
    return track.held.empty() ? track.published_ms : std::max(track.published_ms, track.held.back().ts_ms);
}

[[noreturn]] void damaged(const Track& track, const char* what) {
    throw std::runtime_error("track " + std::to_string(track.number) + " of the database is damaged: " + what);
}

/// Replays a stored segment into the ring; the state after it comes from its end.
void restore_segment(Track& track, const Segment& segment) {
    const auto points = geojson::parse_segment(segment.geojson);
    if (!points || points->size() > Track::ring_capacity) damaged(track, "a segment's GeoJSON cannot be read");
    const bool follows = track.segmented_seq == 0 || points->front().seq == track.next_seq;
    if (points->back().seq != segment.last_seq || points->front().seq != segment.first_seq || !follows)
        damaged(track, "a segment's points are not those it says");
    ByteReader reader{segment.evidence};
    CellEvent event = event_of(track, 0);
    CellIdentity reference;
    for (const TracePoint& point : *points) {
        if (!read_evidence(reader, &point == &points->front() ? nullptr : &reference, event))
            damaged(track, "a segment's evidence cannot be read");
        event.ts_ms = point.tis_ms;
        reference = event.serving;
        put_into_ring(track, point, event.serving, segment.max_tis_ms - Tracker::latest_ms);
        track.next_seq = point.seq + 1;
    }
    track.newest_ms = reader.zigzag();
    track.published_ms = reader.zigzag();
    track.motion = MotionFilter::read_from(reader);
    if (!reader.ok() || !track.motion.is_plausible()) damaged(track, "a segment's state cannot be read");
    track.segmented_seq = segment.last_seq;
}

/// A stored segment before those of the ring: a damaged one costs no more than the knowledge of its duplicates.
void restore_earlier(Track& track, const Segment& segment, std::int64_t oldest_ms) {
    const auto points = geojson::parse_segment(segment.geojson);
    std::vector<TracedEvent> traced;
    if (!points || !append_traced(traced, *points, segment.evidence)) return;
    for (const auto& [point, event, readable] : traced)
        let_go(track, point.tis_ms, cell_hash(event.serving), oldest_ms);
}

/// How many of the segments the ring does not reach.
std::size_t count_earlier(std::span<const Segment> segments) {
    std::size_t first = segments.size();
    for (std::size_t points = 0; first > 0 && points < Track::ring_capacity; --first)
        points += segments[first - 1].last_seq - segments[first - 1].first_seq + 1;
    return first;
}

void restore_point(Track& track, const JournalEntry& entry, const CellEvent& event, const CellTable& cells,
                   const Breadth& breadth) {
    if (entry.seq < track.next_seq) return;  // a segment has it
    if (entry.seq > track.next_seq) damaged(track, "a point is missing from the journal");
    const std::string chained = chained_evidence(track, event);
    if (track.uncut() >= Track::ring_capacity || track.evidence_size + chained.size() > Track::evidence_capacity)
        damaged(track, "the journal holds more points than a segment");
    const auto estimate = locate(event, cells, track.motion, breadth);
    append(track, event, entry.point.unpacked(entry.seq), estimate ? estimate->belief : track.motion.belief(), chained);
}

void restore_entry(Track& track, const JournalEntry& entry, std::uint64_t block, const CellTable& cells,
                   const Breadth& breadth) {
    CellEvent event = event_of(track, entry.ts_ms);
    ByteReader reader{entry.evidence};
    if (!read_evidence(reader, nullptr, event)) damaged(track, "a journal entry's evidence cannot be read");
    const auto position = held_position(track.held, entry.ts_ms, event.serving);
    const bool is_held = is_at(track.held, position, entry.ts_ms, event.serving);
    if (entry.kind == JournalEntry::Kind::held) {
        if (!is_held)
            track.held.insert(position, {entry.ts_ms, event.serving, block, std::string(entry.evidence), true});
        track.newest_ms = std::max(track.newest_ms, entry.ts_ms);
        return;
    }
    if (is_held) track.held.erase(position);
    if (entry.kind == JournalEntry::Kind::rejected) track.newest_ms = newest_but_rejected(track);
    if (entry.kind == JournalEntry::Kind::point) restore_point(track, entry, event, cells, breadth);
}

}  // namespace

Tracker::Taken Tracker::take(Track& track, const CellEvent& event, std::uint64_t block, TrackOutput& out) const {
    const bool stale = event.ts_ms < track.published_ms;
    const auto same = held_position(track.held, event.ts_ms, event.serving);
    if (is_at(track.held, same, event.ts_ms, event.serving)) return Taken::duplicate;
    if (event.ts_ms <= track.published_ms && is_known(track, event)) return Taken::duplicate;
    if (stale && event.ts_ms < track.published_ms - latest_ms) return Taken::late;
    if (!stale) reject_leap(track, event.ts_ms, block, out);
    if (stale || hold_ms_ == 0) {
        if (!publish(track, event, evidence_of(event, nullptr), stale, block, out)) ++out.unlocatable;
        return Taken::taken;
    }
    track.newest_ms = std::max(track.newest_ms, event.ts_ms);
    const auto position = held_position(track.held, event.ts_ms, event.serving);
    const auto held =
        track.held.insert(position, {event.ts_ms, event.serving, block, evidence_of(event, nullptr), false});
    journal_held(track, *held, block, out);
    if (track.held.size() > Track::max_held) release_until(track, track.held.front().ts_ms, block, out);
    release_until(track, track.newest_ms - hold_ms_, block, out);
    return Taken::taken;
}

/// An event that leapt ahead of its subscriber's time by more than the latest an event may come is from the future, not all
/// that follow from the past, as long as nothing near it came and it is not published.
void Tracker::reject_leap(Track& track, std::int64_t ts_ms, std::uint64_t block, TrackOutput& out) const {
    const auto is_ahead = [&](const HeldEvent& held) { return held.ts_ms > ts_ms + latest_ms; };
    if (track.held.empty() || !is_ahead(track.held.back())) return;
    if (track.held.size() > 1 && is_ahead(track.held[track.held.size() - 2])) return;
    const HeldEvent leap = std::move(track.held.back());
    track.held.pop_back();
    track.newest_ms = newest_but_rejected(track);
    journal(
        track,
        {.kind = JournalEntry::Kind::rejected, .track = track.number, .ts_ms = leap.ts_ms, .evidence = leap.evidence},
        block, out);
    if (!leap.restored) ++out.future;
}

void Tracker::release(Track& track, std::uint64_t block, TrackOutput& out) const {
    release_until(track, std::numeric_limits<std::int64_t>::max(), block, out);
}

void Tracker::release_until(Track& track, std::int64_t ts_ms, std::uint64_t block, TrackOutput& out) const {
    while (!track.held.empty() && track.held.front().ts_ms <= ts_ms) {
        const HeldEvent held = std::move(track.held.front());
        track.held.erase(track.held.begin());
        CellEvent event = event_of(track, held.ts_ms);
        ByteReader reader{held.evidence};
        if (!read_evidence(reader, nullptr, event))
            throw std::logic_error("an event held in memory cannot be read back");
        if (!publish(track, event, held.evidence, false, block, out) && !held.restored) ++out.unlocatable;
    }
}

bool Tracker::publish(Track& track, const CellEvent& event, std::string_view evidence, bool stale, std::uint64_t block,
                      TrackOutput& out) const {
    auto estimate = locate(event, *cells_, track.motion, breadth_);
    if (!estimate) {
        if (hold_ms_ != 0 && !stale)
            journal(track,
                    {.kind = JournalEntry::Kind::discarded,
                     .track = track.number,
                     .ts_ms = event.ts_ms,
                     .evidence = evidence},
                    block, out);
        return false;
    }
    if (stale)
        estimate->reasons.add(ErrorReason::stale_event);
    else
        estimate->reasons.add(track.motion.judge(event, {event.ts_ms, estimate->place, estimate->radius_m}));
    const TracePoint point = point_of(*estimate, event, track.next_seq);
    std::string chained = chained_evidence(track, event);
    if (track.evidence_size + chained.size() > Track::evidence_capacity) {
        cut(track, block, out);
        chained = chained_evidence(track, event);
    }
    append(track, event, point, estimate->belief, chained);
    journal(track,
            {.kind = JournalEntry::Kind::point,
             .track = track.number,
             .seq = point.seq,
             .point = PackedPoint{point},
             .evidence = evidence},
            block, out);
    ++out.points;
    if (out.wants_published) out.published.push_back({track.number, point.seq, PackedPoint{point}});
    ++out.by_confidence[static_cast<std::size_t>(point.confidence)];
    for (std::size_t i = 0; i < error_reason_names.size(); ++i) out.by_reason[i] += point.reasons.bits() >> i & 1U;
    if (track.uncut() >= Track::ring_capacity) cut(track, block, out);
    return true;
}

void Tracker::cut(Track& track, std::uint64_t block, TrackOutput& out) const {
    if (track.uncut() > 0) out.segments.push_back(segment_of_uncut(track));
    track.segmented_seq = track.next_seq - 1;
    track.evidence_size = 0;
    unpin(track, out);
    for (HeldEvent& held : track.held) {
        if (held.block < block)
            journal_held(track, held, block, out);
        else
            pin(track, block, out);
    }
}

void Tracker::forget(Track& track, TrackOutput& out) {
    unpin(track, out);
    track.held.clear();
    track.segmented_seq = track.next_seq - 1;
}

void Tracker::restore(Track& track, std::span<const Segment> segments, std::span<const Journalled> entries) const {
    const std::size_t earlier = count_earlier(segments);
    for (const Segment& segment : segments.first(earlier))
        restore_earlier(track, segment, segments.back().max_tis_ms - latest_ms);
    for (const Segment& segment : segments.subspan(earlier)) restore_segment(track, segment);
    for (const auto& [block, entry] : entries) {
        if (track.oldest_block == 0) track.oldest_block = block;
        restore_entry(track, entry, block, *cells_, breadth_);
    }
}

}  // namespace simtrail
