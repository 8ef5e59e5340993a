#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feed/conversation_line.hpp"
#include "adapters/feed/feed_clock.hpp"
#include "adapters/feed/feed_outcome.hpp"
#include "adapters/feed/line_source.hpp"
#include "engine/tracing/trace_store.hpp"
#include "engine/tracing/tracker.hpp"

namespace simtrail::feed {

/// A bad line, for the log: never its bytes.
struct Rejection {
    std::uint32_t feed = 0;  // index among the feeds being read
    std::uint64_t line = 0;  // from 1
    Outcome outcome = Outcome::not_json;
};

/// A line that passed the gate. Its bytes stand in its block.
struct GatedLine {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    TrackNumber track = 0;
    std::uint32_t feed = 0;
    std::uint64_t number = 0;   // within its feed, from 1
    bool unterminated = false;  // the feed ended in it, without a line end
    bool again = false;         // for another track of the same subscriber: the line is counted with its first track
};

/// An sms or control line of a source that is trusted with it.
struct SaidLine {
    std::uint32_t feed = 0;    // as of a GatedLine
    std::uint64_t number = 0;  // within its feed, from 1
    ConversationLine line;
};

/// Where a recorded line ends in its part's text, and where its event stood in the block: that tells the order.
struct RecordedLine {
    std::uint32_t offset = 0;
    std::uint32_t end = 0;
};

/// Counts of a piece of input: each of its lines stands in exactly one outcome.
struct Tally {
    OutcomeCounts outcomes;
    std::vector<Rejection> rejections;

    void reject(std::uint32_t feed, std::uint64_t line, Outcome outcome) {
        ++outcomes[outcome];
        rejections.push_back({feed, line, outcome});
    }
    /// A line that its decoder found at fault, or that is dropped.
    void settle(std::uint32_t feed, std::uint64_t line, Outcome outcome) {
        if (is_rejection(outcome)) return reject(feed, line, outcome);
        ++outcomes[outcome];
    }
    void clear() {
        outcomes = {};
        rejections.clear();
    }
};

/// A piece of input on its way from the reader through the shards to the writer; then it is used again.
struct Block {
    /// What one shard made of its lines.
    struct Part {
        std::vector<GatedLine> lines;
        Tally tally;
        TrackOutput output;
        std::vector<TrackInfo> new_tracks;
        // Of events that counted, where the day is recorded:
        std::string recorded;                   // canonical lines
        std::vector<RecordedLine> recorded_at;  // by their place in the block
    };

    /// How far a live source's lines stand in this block: `GatedLine::feed` is the index of its mark.
    struct Mark {
        std::shared_ptr<LineSource> source;
        std::uint64_t lines = 0;  // of the source, up to the last one in this block
    };

    std::uint64_t number = 0;  // from 1, without gaps
    std::string bytes;         // of the gated lines, each followed by a line end; line_padding behind the last
    Tally tally;               // of lines that the reader ended: bad ones, blank ones, untracked ones
    std::uint64_t lines = 0;   // read in all
    std::vector<FeedPosition> positions;  // where the feeds stand after it
    std::vector<Part> parts;              // one a shard
    std::uint64_t cut_up_to = 0;          // tracks that need the journal from this block or earlier are to be cut
    bool drain = false;                   // the feeds have ended: publish what is held, cut every track
    std::vector<SaidLine> conversation;   // in order, after every gated line of the same source
    std::vector<ledger::GateChange> gate_changes;  // taken before the lines
    FeedClock clock;                               // of a replay, after the lines
    // Of the daemon alone:
    std::vector<Mark> marks;
    std::uint64_t committed_up_to = 0;                       // blocks that were durable when this one left
    std::int64_t arrived_ms = 0;                             // of its newest line
    std::function<void(const OutcomeCounts&)> on_committed;  // on the writer's thread, once durable
    std::atomic<std::uint32_t> unfinished_parts = 0;

    std::string_view text(const GatedLine& line) const noexcept { return {bytes.data() + line.offset, line.length}; }

    void clear() {
        bytes.clear();
        tally.clear();
        lines = 0;
        positions.clear();
        cut_up_to = 0;
        drain = false;
        conversation.clear();
        gate_changes.clear();
        clock = {};
        marks.clear();
        committed_up_to = 0;
        arrived_ms = 0;
        on_committed = nullptr;
        for (Part& part : parts) {
            part.lines.clear();
            part.tally.clear();
            part.output.clear();
            part.new_tracks.clear();
            part.recorded.clear();
            part.recorded_at.clear();
        }
    }
};

}  // namespace simtrail::feed
