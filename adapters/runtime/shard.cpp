#include "adapters/runtime/shard.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include "adapters/record/recorded_lines.hpp"
#include "engine/geojson/segment.hpp"

namespace simtrail::runtime {

namespace {

/// Lines decoded before their events are taken, so that the cells' and tracks' memory is fetched meanwhile.
constexpr std::size_t batch_lines = 16;
/// Tracks cut in one block: bounds a block's output to a few MB.
constexpr std::size_t cuts_a_block = 1024;

std::vector<TracePoint> points_of(const Segment& segment) {
    auto points = geojson::parse_segment(segment.geojson);
    if (!points) throw std::logic_error("a segment held in memory cannot be read back");
    return *std::move(points);
}

CellEvent no_event() { return {.ts_ms = 0, .msisdn = *Msisdn::parse("0")}; }

void prefetch(const Track* track) noexcept {
    if (track == nullptr) return;
    const auto* bytes = reinterpret_cast<const char*>(track);
    for (std::size_t line = 0; line < 256; line += 64) __builtin_prefetch(bytes + line);
}

}  // namespace

Shard::Shard(ShardSetup setup)
    : setup_(std::move(setup)),
      tracker_(*setup_.cells, setup_.hold_ms, setup_.breadth),
      events_(batch_lines, no_event()) {}

Shard::~Shard() = default;

void Shard::process(feed::Block& block, std::int64_t now_ms) {
    std::unique_lock lock(mutex_);
    block.parts[setup_.index].output.wants_published = setup_.gated;
    for (const ledger::GateChange& change : block.gate_changes)
        if (change.track % setup_.shards == setup_.index) change_gate(change, block);
    unload_at_rest(block.committed_up_to);
    take_lines(block, now_ms, lock);
    for (const ledger::GateChange& change : block.gate_changes)
        if (change.track % setup_.shards == setup_.index && !is_open(change)) put_to_rest(change.track, block);
    if (block.cut_up_to > cut_target_) {
        cut_target_ = block.cut_up_to;
        cut_cursor_ = 0;
        cutting_ = true;
    }
    if (cutting_) cut_some(block);
    if (block.drain) drain_some(block);
    keep_cut_segments(block);
}

void Shard::keep_cut_segments(const feed::Block& block) {
    while (!cut_segments_.empty() && cut_segments_.front().block <= block.committed_up_to) cut_segments_.pop_front();
    if (!setup_.gated || setup_.on_feed_clock) return;  // nobody reads beside a replay
    for (const Segment& segment : block.parts[setup_.index].output.segments)
        cut_segments_.push_back({block.number, segment});
}

std::vector<const Segment*> Shard::cut_segments_of(TrackNumber number, std::uint32_t before_seq) const {
    std::vector<const Segment*> segments;
    for (const CutSegment& cut : cut_segments_)
        if (cut.segment.track == number && cut.segment.first_seq < before_seq) segments.push_back(&cut.segment);
    return segments;
}

void Shard::take_lines(feed::Block& block, std::int64_t now_ms, std::unique_lock<std::mutex>& lock) {
    feed::Block::Part& part = block.parts[setup_.index];
    const std::span lines{part.lines};
    std::array<bool, batch_lines> good{};
    feed::LineDecoder* decoder = nullptr;
    std::uint32_t feed = std::numeric_limits<std::uint32_t>::max();
    for (std::size_t first = 0; first < lines.size(); first += batch_lines) {
        const auto batch = lines.subspan(first, std::min(batch_lines, lines.size() - first));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto& line = batch[i];
            if (line.feed != feed) decoder = &decoder_of(block, feed = line.feed);
            const auto decoded = decoder->decode(block.text(line), events_[i], tally_of(line, part).outcomes);
            good[i] = decoded.has_value();
            if (!decoded) {
                tally_of(line, part)
                    .settle(line.feed, line.number, feed::ending_of(decoded.error(), line.unterminated));
                continue;
            }
            setup_.cells->prefetch(events_[i].serving);
            prefetch(existing(line.track));
        }
        for (std::size_t i = 0; i < batch.size(); ++i)
            if (good[i]) take(batch[i], events_[i], block, now_ms);
        let_others_look(lock);
    }
    uncounted_.clear();
}

/// A line of a subscriber with several tracks is counted once.
feed::Tally& Shard::tally_of(const feed::GatedLine& line, feed::Block::Part& part) noexcept {
    return line.again ? uncounted_ : part.tally;
}

feed::LineDecoder& Shard::decoder_of(const feed::Block& block, std::uint32_t feed) {
    return block.marks.empty() ? *setup_.decoders[feed] : live_decoders_.of(*block.marks[feed].source);
}

void Shard::take(const feed::GatedLine& line, const CellEvent& event, feed::Block& block, std::int64_t now_ms) {
    feed::Block::Part& part = block.parts[setup_.index];
    feed::Tally& tally = tally_of(line, part);
    if (event.ts_ms > now_ms + feed::allowed_future_ms)
        return tally.reject(line.feed, line.number, feed::Outcome::future);
    if (setup_.gated && !admits(line.track, event.ts_ms, setup_.on_feed_clock ? event.ts_ms : now_ms)) {
        ++tally.outcomes[feed::Outcome::untracked];
        return;
    }
    Track& track = track_of(line, event.msisdn, part);
    const std::uint64_t unlocatable = part.output.unlocatable;
    switch (tracker_.take(track, event, block.number, part.output)) {
        case Tracker::Taken::taken:
            ++tally.outcomes[feed::Outcome::point];
            if (setup_.records) record::append_event(part, line.offset, event);
            break;
        case Tracker::Taken::duplicate: ++tally.outcomes[feed::Outcome::duplicate]; break;
        case Tracker::Taken::late: ++tally.outcomes[feed::Outcome::late]; break;
    }
    if (line.again) part.output.unlocatable = unlocatable;
}

void Shard::let_others_look(std::unique_lock<std::mutex>& lock) {
    if (looking_.load(std::memory_order_relaxed) == 0) return;
    lock.unlock();
    while (looking_.load(std::memory_order_relaxed) > 0) std::this_thread::yield();
    lock.lock();
}

void Shard::admit(const ledger::GateChange& gate) {
    Slot& admitted = slot(gate.track);
    admitted.windows = gate.windows;
    admitted.ends_ms = gate.ends_ms;
}

/// Both when it was observed and when it arrived. (It arrived while a window was open, or the gate had not let it through; an
/// expiry may have come since.)
bool Shard::admits(TrackNumber track, std::int64_t ts_ms, std::int64_t now_ms) const noexcept {
    const std::size_t index = track / setup_.shards;
    if (index >= slots_.size()) return false;
    const Slot& found = slots_[index];
    if (now_ms >= found.ends_ms) return false;
    return std::ranges::any_of(found.windows, [&](const ledger::Window& window) {
        const std::int64_t until_ms = window.until_ms == 0 ? found.ends_ms : window.until_ms;
        return window.from_ms <= ts_ms && ts_ms < until_ms;
    });
}

/// Before the block's lines: a deleted track leaves at once.
void Shard::change_gate(const ledger::GateChange& change, feed::Block& block) {
    TrackOutput& output = block.parts[setup_.index].output;
    Slot& changed = slot(change.track);
    admit(change);
    if (change.windows.empty()) forget(change.track, changed, output);
}

/// After the block's lines, some of which the gate may have let through before it was shut.
void Shard::put_to_rest(TrackNumber number, feed::Block& block) {
    Track* track = existing(number);
    // One that no event has touched since the restart may hold events all the same.
    if (track == nullptr && !setup_.recovered->journal(number).empty()) track = untouched(number);
    if (track == nullptr) return;
    TrackOutput& output = block.parts[setup_.index].output;
    tracker_.release(*track, block.number, output);
    tracker_.cut(*track, block.number, output);
    at_rest_.push_back({number, block.number});
}

/// The journal is needed for it no longer, whether it was in memory or only in the recovered journal.
void Shard::forget(TrackNumber number, Slot& slot, TrackOutput& output) {
    const auto journalled = setup_.recovered->journal(number);
    if (!slot.track && !journalled.empty() && !rested_.contains(number)) {
        slot.track = std::make_unique<Track>(number, *setup_.recovered->subscriber(number));
        slot.track->oldest_block = journalled.front().block;
    }
    rested_.insert(number);
    std::erase_if(cut_segments_, [&](const CutSegment& cut) { return cut.segment.track == number; });
    if (!slot.track) return;
    Tracker::forget(*slot.track, output);
    slot.track.reset();
}

void Shard::unload_at_rest(std::uint64_t committed_up_to) {
    for (; !at_rest_.empty() && at_rest_.front().block <= committed_up_to; at_rest_.pop_front()) {
        Slot& resting = slot(at_rest_.front().track);
        const bool shut = resting.windows.empty() || resting.windows.back().until_ms != 0;
        if (!shut || !resting.track || resting.track->uncut() > 0 || !resting.track->held.empty()) continue;
        resting.track.reset();
        rested_.insert(at_rest_.front().track);
    }
}

/// A track as a reader finds it: one that only the recovered journal knows comes into memory.
const Track* Shard::looked_at(TrackNumber number) {
    const Track* track = existing(number);
    if (track == nullptr && !rested_.contains(number) && !setup_.recovered->journal(number).empty())
        if (const auto msisdn = setup_.recovered->subscriber(number)) track = &load(number, *msisdn);
    return track;
}

std::vector<TracePoint> Shard::newest_points(TrackNumber number) {
    ++looking_;
    const std::unique_lock lock(mutex_);
    --looking_;
    const Track* track = looked_at(number);
    const auto ring = track == nullptr ? std::vector<TracePoint>() : track->newest_points();
    const std::uint32_t first = ring.empty() ? std::numeric_limits<std::uint32_t>::max() : ring.front().seq;
    std::vector<TracePoint> points;
    for (const Segment* segment : cut_segments_of(number, first))
        for (const TracePoint& point : points_of(*segment))
            if (point.seq < first) points.push_back(point);
    points.insert(points.end(), ring.begin(), ring.end());
    return points;
}

std::vector<TracedEvent> Shard::newest_traced(TrackNumber number) {
    ++looking_;
    const std::unique_lock lock(mutex_);
    --looking_;
    std::vector<TracedEvent> traced;
    const Track* track = looked_at(number);
    for (const Segment* segment : cut_segments_of(number, std::numeric_limits<std::uint32_t>::max()))
        if (!append_traced(traced, points_of(*segment), segment->evidence))
            throw std::logic_error("evidence held in memory cannot be read back");
    if (track == nullptr || track->uncut() == 0) return traced;
    const auto points = track->newest_points();
    if (!append_traced(traced, std::span(points).last(track->uncut()), {track->evidence.data(), track->evidence_size}))
        throw std::logic_error("evidence held in memory cannot be read back");
    return traced;
}

void Shard::use_cells(const CellTable& cells) {
    ++looking_;
    const std::unique_lock lock(mutex_);
    --looking_;
    setup_.cells = &cells;
    tracker_.use(cells);
}

void Shard::use_breadth(const Breadth& breadth) {
    ++looking_;
    const std::unique_lock lock(mutex_);
    --looking_;
    tracker_.use(breadth);
}

Shard::Slot& Shard::slot(TrackNumber number) {
    const std::size_t index = number / setup_.shards;
    if (index >= slots_.size()) slots_.resize(std::max(index + 1, slots_.size() * 2));
    return slots_[index];
}

Track* Shard::existing(TrackNumber number) const noexcept {
    const std::size_t index = number / setup_.shards;
    return index < slots_.size() ? slots_[index].track.get() : nullptr;
}

Track& Shard::track_of(const feed::GatedLine& line, Msisdn msisdn, feed::Block::Part& part) {
    if (Track* track = existing(line.track)) return *track;
    if (!setup_.gated && !setup_.recovered->contains(line.track))
        part.new_tracks.push_back(setup_.name_track(line.track, msisdn));
    return load(line.track, msisdn);
}

/// Puts a track into its slot; one of the store is rebuilt from its segments and, the first time, its journal.
Track& Shard::load(TrackNumber number, Msisdn msisdn) {
    auto track = std::make_unique<Track>(number, msisdn);
    const bool rested = rested_.erase(number) > 0;
    if (rested || setup_.recovered->contains(number)) {
        tracker_.restore(*track, setup_.segments->newest(number, Tracker::restored),
                         rested ? std::span<const Tracker::Journalled>{} : setup_.recovered->journal(number));
        if (setup_.on_restored) setup_.on_restored(*track);
    }
    Slot& home = slot(number);
    home.track = std::move(track);
    return *home.track;
}

/// Cuts tracks that need the journal from `cut_target_` or before, some a block.
void Shard::cut_some(feed::Block& block) {
    TrackOutput& output = block.parts[setup_.index].output;
    const auto& journalled = setup_.recovered->journalled();
    std::size_t cuts = 0;
    const auto cut_old = [&](Track& track) {
        if (track.oldest_block == 0 || track.oldest_block > cut_target_) return;
        tracker_.cut(track, block.number, output);
        ++cuts;
    };
    // First those of the store that no event has touched yet, then all in memory.
    for (; cut_cursor_ < journalled.size() && cuts < cuts_a_block; ++cut_cursor_)
        if (Track* track = untouched(journalled[cut_cursor_])) cut_old(*track);
    for (; cut_cursor_ < journalled.size() + slots_.size() && cuts < cuts_a_block; ++cut_cursor_)
        if (Track* track = slots_[cut_cursor_ - journalled.size()].track.get()) cut_old(*track);
    cutting_ = cut_cursor_ < journalled.size() + slots_.size();
}

/// A track that the recovered journal speaks of, loaded now because no event has done it; null where one has, or it is another's.
Track* Shard::untouched(TrackNumber number) {
    if (number % setup_.shards != setup_.index || existing(number) != nullptr || rested_.contains(number))
        return nullptr;
    return &load(number, *setup_.recovered->subscriber(number));
}

/// The feeds have ended: what is held is published and every track is cut, some a block.
void Shard::drain_some(feed::Block& block) {
    TrackOutput& output = block.parts[setup_.index].output;
    if (drain_cursor_ == 0)
        for (const TrackNumber number : setup_.recovered->journalled()) untouched(number);
    for (std::size_t cuts = 0; drain_cursor_ < slots_.size() && cuts < cuts_a_block; ++drain_cursor_, ++cuts) {
        Track* track = slots_[drain_cursor_].track.get();
        if (track == nullptr) continue;
        tracker_.release(*track, block.number, output);
        tracker_.cut(*track, block.number, output);
    }
    drained_ = drain_cursor_ >= slots_.size();
}

}  // namespace simtrail::runtime
