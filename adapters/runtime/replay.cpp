#include "adapters/runtime/replay.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "adapters/runtime/laboratory.hpp"

namespace simtrail::runtime {

namespace {

/// A recorded feed's lines arrived when they were recorded: nothing in it can be later than today.
std::int64_t wall_clock_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::vector<std::unique_ptr<feed::RecordedFeed>> open_feeds(const std::vector<std::string>& paths,
                                                            const std::vector<FeedPosition>& known) {
    std::uint32_t next_id = 1;
    for (const FeedPosition& position : known) next_id = std::max(next_id, position.id + 1);
    std::vector<std::unique_ptr<feed::RecordedFeed>> feeds;
    for (const std::string& path : paths) {
        auto feed = feed::RecordedFeed::open(path, known, next_id++);
        if (!feed) throw std::runtime_error(feed.error());
        feeds.push_back(std::move(*feed));
    }
    return feeds;
}

/// Who is tracked in this run: by the number of the track the store has, or by 0 where it has none yet.
Gate make_gate(const ReplayOptions& options, const RecoveredTracks& recovered) {
    Gate gate;
    for (const Msisdn msisdn : options.tracked) gate.put(msisdn, 0);
    for (const auto& [number, msisdn] : recovered.subscribers())
        if (options.track_all || gate.find(msisdn)) gate.put(msisdn, number);
    return gate;
}

TrackNumber first_new_track(const RecoveredTracks& recovered) {
    TrackNumber first = 1;
    for (const KnownTrack& track : recovered.recovery().tracks) first = std::max(first, track.number + 1);
    return first;
}

feed::LaboratoryMode mode_of(const ReplayOptions& options) {
    if (options.ledger) return feed::LaboratoryMode::off;
    return options.track_all ? feed::LaboratoryMode::everyone : feed::LaboratoryMode::listed;
}

void restore_tracks(ReplayLedger& ledger, const RecoveredTracks& recovered, SegmentReader& segments,
                    const Tracker& tracker) {
    for (const auto& [number, msisdn] : recovered.subscribers()) {
        if (!ledger.wants(number)) continue;
        Track track(number, msisdn);
        tracker.restore(track, segments.newest(number, Tracker::restored), recovered.journal(number));
        ledger.restore(track);
    }
}

std::vector<ShardSetup> shard_setups(const ReplayOptions& options, const feed::FeedReader& reader,
                                     const CellTable& cells, RecoveredTracks& recovered,
                                     const std::function<std::unique_ptr<SegmentReader>()>& open_segments) {
    const bool with_ledger = options.ledger.has_value();
    std::vector<ShardSetup> shards(options.shards);
    for (std::uint32_t i = 0; i < options.shards; ++i) {
        shards[i] = {
            .index = i,
            .shards = options.shards,
            .cells = &cells,
            .hold_ms = options.hold_ms,
            .breadth = options.breadth,
            .recovered = &recovered,
            .segments = open_segments(),
            .decoders = {},
            .name_track = [seed = options.seed](TrackNumber number,
                                                Msisdn msisdn) { return laboratory_track(seed, number, msisdn); },
            .gated = with_ledger,
            .on_feed_clock = with_ledger};
        for (const auto& feed : reader.feeds())
            shards[i].decoders.push_back(feed->make_decoder({.sms = with_ledger, .control = with_ledger}));
    }
    return shards;
}

}  // namespace

ReplayResult replay(const ReplayOptions& options, const CellTable& cells, TraceStore& store,
                    const std::function<std::unique_ptr<SegmentReader>()>& open_segments) {
    RecoveredTracks recovered(store.recover());
    std::optional<ReplayLedger> ledger;
    if (options.ledger) {
        ledger.emplace(*options.ledger, options.seed);
        restore_tracks(*ledger, recovered, *open_segments(), Tracker(cells, options.hold_ms, options.breadth));
    }
    feed::FeedReader reader(open_feeds(options.feeds, recovered.recovery().positions), make_gate(options, recovered),
                            {.mode = mode_of(options),
                             .shards = options.shards,
                             .first_new_track = first_new_track(recovered),
                             .block_bytes = options.limits.block_bytes,
                             .speed = options.speed,
                             .clock = ledger ? ledger->clock() : feed::FeedClock{}});
    if (ledger) reader.change(ledger->running());
    std::uint64_t total_bytes = 0;
    for (const auto& feed : reader.feeds()) total_bytes += feed->source().total_bytes();
    Pipeline pipeline(
        reader, shard_setups(options, reader, cells, recovered, open_segments), store, recovered,
        {.limits = options.limits,
         .now_ms = wall_clock_ms,
         .on_rejection = [&](const feed::Rejection& r) { options.on_rejection(reader.feeds()[r.feed]->name(), r); },
         .on_progress = [&](std::uint64_t bytes) { options.on_progress(bytes, total_bytes); },
         .ledger = ledger ? &*ledger : nullptr});
    ReplayResult result{.totals = pipeline.run(), .lines_taken_before = 0, .remarks = {}};
    for (const auto& feed : reader.feeds()) {
        result.lines_taken_before += feed->lines_taken_before();
        result.remarks.insert(result.remarks.end(), feed->remarks().begin(), feed->remarks().end());
    }
    return result;
}

}  // namespace simtrail::runtime
