#include "adapters/runtime/shard.hpp"

#include <algorithm>

namespace simtrail::runtime {

namespace {

/// Lines decoded before their events are taken, so that the cells' and tracks' memory is fetched meanwhile.
constexpr std::size_t batch_lines = 16;
/// Tracks cut in one block: bounds a block's output to a few MB.
constexpr std::size_t cuts_a_block = 1024;
constexpr std::int64_t allowed_future_ms = 60'000;

CellEvent no_event() { return {.ts_ms = 0, .msisdn = *Msisdn::parse("0")}; }

void prefetch(const Track* track) noexcept {
    if (track == nullptr) return;
    const auto* bytes = reinterpret_cast<const char*>(track);
    for (std::size_t line = 0; line < 256; line += 64) __builtin_prefetch(bytes + line);
}

}  // namespace

Shard::Shard(ShardSetup setup)
    : setup_(std::move(setup)), tracker_(*setup_.cells, setup_.hold_ms), events_(batch_lines, no_event()) {}

Shard::~Shard() = default;

void Shard::process(feed::Block& block, std::int64_t now_ms) {
    take_lines(block, now_ms);
    if (block.cut_up_to > cut_target_) {
        cut_target_ = block.cut_up_to;
        cut_cursor_ = 0;
        cutting_ = true;
    }
    if (cutting_) cut_some(block);
    if (block.drain) drain_some(block);
}

void Shard::take_lines(feed::Block& block, std::int64_t now_ms) {
    feed::Block::Part& part = block.parts[setup_.index];
    const std::span lines{part.lines};
    std::array<bool, batch_lines> good{};
    for (std::size_t first = 0; first < lines.size(); first += batch_lines) {
        const auto batch = lines.subspan(first, std::min(batch_lines, lines.size() - first));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto& line = batch[i];
            const auto decoded = setup_.decoders[line.feed]->decode(block.text(line), events_[i], part.tally.outcomes);
            good[i] = decoded.has_value();
            if (!decoded) {
                const bool cut_off = line.unterminated && decoded.error() == feed::Outcome::not_json;
                part.tally.reject(line.feed, line.number, cut_off ? feed::Outcome::truncated : decoded.error());
                continue;
            }
            setup_.cells->prefetch(events_[i].serving);
            prefetch(existing(line.track));
        }
        for (std::size_t i = 0; i < batch.size(); ++i)
            if (good[i]) take(batch[i], events_[i], block, now_ms);
    }
}

void Shard::take(const feed::GatedLine& line, const CellEvent& event, feed::Block& block, std::int64_t now_ms) {
    feed::Block::Part& part = block.parts[setup_.index];
    if (event.ts_ms > now_ms + allowed_future_ms)
        return part.tally.reject(line.feed, line.number, feed::Outcome::future);
    Track& track = track_of(line, event.msisdn, part);
    switch (tracker_.take(track, event, block.number, part.output)) {
        case Tracker::Taken::taken: ++part.tally.outcomes[feed::Outcome::point]; break;
        case Tracker::Taken::duplicate: ++part.tally.outcomes[feed::Outcome::duplicate]; break;
        case Tracker::Taken::late: ++part.tally.outcomes[feed::Outcome::late]; break;
    }
}

Track* Shard::existing(TrackNumber number) {
    const std::size_t slot = number / setup_.shards;
    return slot < tracks_.size() ? tracks_[slot].get() : nullptr;
}

Track& Shard::track_of(const feed::GatedLine& line, Msisdn msisdn, feed::Block::Part& part) {
    if (Track* track = existing(line.track)) return *track;
    if (!setup_.recovered->contains(line.track)) part.new_tracks.push_back(setup_.name_track(line.track, msisdn));
    return load(line.track, msisdn);
}

/// Puts a track into its slot; one of the store is rebuilt from its segments and journal.
Track& Shard::load(TrackNumber number, Msisdn msisdn) {
    const std::size_t slot = number / setup_.shards;
    if (slot >= tracks_.size()) tracks_.resize(std::max(slot + 1, tracks_.size() * 2));
    auto track = std::make_unique<Track>(number, msisdn);
    if (setup_.recovered->contains(number))
        Tracker::restore(*track, setup_.segments->newest(number, Track::ring_capacity),
                         setup_.recovered->journal(number));
    tracks_[slot] = std::move(track);
    return *tracks_[slot];
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
    for (; cut_cursor_ < journalled.size() && cuts < cuts_a_block; ++cut_cursor_) {
        const TrackNumber number = journalled[cut_cursor_];
        if (number % setup_.shards == setup_.index && existing(number) == nullptr)
            cut_old(load(number, *setup_.recovered->subscriber(number)));
    }
    for (; cut_cursor_ < journalled.size() + tracks_.size() && cuts < cuts_a_block; ++cut_cursor_)
        if (Track* track = tracks_[cut_cursor_ - journalled.size()].get()) cut_old(*track);
    cutting_ = cut_cursor_ < journalled.size() + tracks_.size();
}

/// The feeds have ended: what is held is published and every track is cut, some a block.
void Shard::drain_some(feed::Block& block) {
    TrackOutput& output = block.parts[setup_.index].output;
    if (drain_cursor_ == 0)
        for (const TrackNumber number : setup_.recovered->journalled())
            if (number % setup_.shards == setup_.index && existing(number) == nullptr)
                load(number, *setup_.recovered->subscriber(number));
    for (std::size_t cuts = 0; drain_cursor_ < tracks_.size() && cuts < cuts_a_block; ++drain_cursor_, ++cuts) {
        Track* track = tracks_[drain_cursor_].get();
        if (track == nullptr) continue;
        tracker_.release(*track, block.number, output);
        tracker_.cut(*track, block.number, output);
    }
    drained_ = drain_cursor_ >= tracks_.size();
}

}  // namespace simtrail::runtime
