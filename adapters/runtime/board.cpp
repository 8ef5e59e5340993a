#include "adapters/runtime/board.hpp"

#include <algorithm>
#include <utility>

namespace simtrail::runtime {

namespace {

/// Points published under one lock: readers wait some ten microseconds at most.
constexpr std::size_t points_a_lock = 512;

void take_newest(Board::Entry& entry, std::uint32_t seq, const PackedPoint& point) noexcept {
    if (entry.last_seq != 0 && point.tis_ms() < entry.last.tis_ms()) return;
    entry.last_seq = seq;
    entry.last = point;
}

}  // namespace

Board::Entry& Board::at(TrackNumber track) {
    const std::size_t chunk = track / chunk_tracks;
    if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
    if (!chunks_[chunk]) chunks_[chunk] = std::make_unique<Chunk>();
    return (*chunks_[chunk])[track % chunk_tracks];
}

const Board::Entry* Board::find(TrackNumber track) const {
    const std::size_t chunk = track / chunk_tracks;
    return chunk < chunks_.size() && chunks_[chunk] ? &(*chunks_[chunk])[track % chunk_tracks] : nullptr;
}

void Board::stored(TrackNumber track, std::span<const TracePoint> newest) {
    const std::lock_guard lock(mutex_);
    Entry& entry = at(track);
    if (entry.known) return;
    entry.known = true;
    for (const TracePoint& point : newest) {
        entry.durable_seq = std::max(entry.durable_seq, point.seq);
        take_newest(entry, point.seq, PackedPoint{point});
    }
}

std::vector<TrackNumber> Board::publish(std::span<const TrackOutput::Published> points, std::int64_t arrived_ms) {
    std::vector<TrackNumber> watched;
    while (!points.empty()) {
        const std::lock_guard lock(mutex_);
        const auto some = points.first(std::min(points_a_lock, points.size()));
        points = points.subspan(some.size());
        for (const auto& [track, seq, point] : some) {
            Entry& entry = at(track);
            entry.known = true;
            entry.durable_seq = seq;
            entry.heard_ms = std::max(entry.heard_ms, arrived_ms);
            entry.silent = false;
            take_newest(entry, seq, point);
            if (std::exchange(entry.watched, false)) watched.push_back(track);
        }
    }
    return watched;
}

void Board::watch(TrackNumber track, std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    Entry& entry = at(track);
    entry.watched = entry.runs = true;
    entry.heard_ms = std::max(entry.heard_ms, now_ms);
}

void Board::rest(TrackNumber track) {
    const std::lock_guard lock(mutex_);
    Entry& entry = at(track);
    entry.watched = entry.runs = false;
}

void Board::forget(TrackNumber track) {
    const std::lock_guard lock(mutex_);
    at(track) = {};
}

Board::Entry Board::entry(TrackNumber track) const {
    const std::lock_guard lock(mutex_);
    const Entry* found = find(track);
    return found == nullptr ? Entry{} : *found;
}

std::vector<TrackNumber> Board::fallen_silent(TrackNumber from, std::size_t count, std::int64_t before_ms) {
    const std::lock_guard lock(mutex_);
    std::vector<TrackNumber> tracks;
    for (TrackNumber track = from; track < from + count; ++track) {
        if (find(track) == nullptr) continue;
        Entry& entry = at(track);
        if (!entry.runs || entry.silent || entry.heard_ms >= before_ms) continue;
        entry.silent = entry.watched = true;
        tracks.push_back(track);
    }
    return tracks;
}

TrackNumber Board::size() const {
    const std::lock_guard lock(mutex_);
    return static_cast<TrackNumber>(chunks_.size() * chunk_tracks);
}

}  // namespace simtrail::runtime
