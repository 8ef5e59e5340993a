#include "adapters/feed/feed_reader.hpp"

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

#include "adapters/feed/event_fields.hpp"

namespace simtrail::feed {

namespace {

/// Lines whose gate slots are fetched together: enough to hide a cache miss behind the others' scans.
constexpr std::size_t gather_lines = 32;
/// A block is passed on after this much input even where nobody is tracked: positions must move.
constexpr std::size_t block_source_bytes = 1 << 20;
/// Lines of a byte each must not make a block's rejections large.
constexpr std::uint64_t block_lines = 16 * 1024;

/// Nothing was recorded before it happened.
std::int64_t wall_clock_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

FeedReader::FeedReader(std::vector<std::unique_ptr<RecordedFeed>> feeds, Gate gate, const Options& options)
    : feeds_(std::move(feeds)),
      last_ts_(feeds_.size(), std::numeric_limits<std::int64_t>::min()),
      gate_(std::move(gate)),
      options_(options),
      next_track_(options.first_new_track),
      started_(std::chrono::steady_clock::now()) {
    const Trust trust{.sms = is_conversational(), .control = is_conversational()};
    for (const auto& feed : feeds_) decoders_.push_back(feed->make_decoder(trust));
    pending_.reserve(gather_lines);
}

bool FeedReader::fill(Block& block) {
    std::vector<std::uint64_t> lines_before;
    for (const auto& feed : feeds_) lines_before.push_back(feed->lines_popped());
    gathered_bytes_ = 0;
    bool any = false;
    while (block.bytes.size() < options_.block_bytes && gathered_bytes_ < block_source_bytes &&
           block.lines < block_lines && block.conversation.empty() && gather()) {
        any = true;
        block.lines += pending_.size();
        for (const Pending& pending : pending_) gate(pending, block);
        if (options_.speed) break;  // paced feeds are passed on at once
    }
    block.bytes.append(line_padding, '\n');
    for (std::size_t i = 0; i < feeds_.size(); ++i)
        if (feeds_[i]->lines_popped() != lines_before[i]) block.positions.push_back(feeds_[i]->position());
    block.clock = options_.clock;
    return any;
}

void FeedReader::change(std::span<const ledger::GateChange> changes) {
    for (const ledger::GateChange& change : changes) {
        if (is_open(change))
            tracks_.open(change.msisdn, change.track);
        else
            tracks_.shut(change.msisdn, change.track);
    }
}

/// Takes the next lines of all feeds, in the order of their times, and starts fetching their gate slots. Lines stay where
/// they are until the next call, so a feed that has to refill ends the batch. So does a line that may be an sms or control
/// line, for what comes after it waits for what it changes.
bool FeedReader::gather() {
    pending_.clear();
    for (const auto& feed : feeds_) feed->peek(true);
    while (pending_.size() < gather_lines) {
        const auto earliest = earliest_feed();
        if (!earliest) break;
        RecordedFeed& feed = *feeds_[*earliest];
        Pending& pending = pending_.emplace_back(*feed.peek(false), *earliest, std::nullopt);
        const std::uint64_t before = feed.bytes_taken();
        feed.pop();
        gathered_bytes_ += feed.bytes_taken() - before;
        pending.msisdn = decoders_[*earliest]->scan_msisdn(pending.line.text);
        if (pending.msisdn) prefetch(*pending.msisdn);
        if (is_conversational()) see_time(pending);
        if (!feed.peek(false) || (is_conversational() && !pending.msisdn)) break;
    }
    return !pending_.empty();
}

std::optional<std::uint32_t> FeedReader::earliest_feed() {
    if (feeds_.size() == 1 && !options_.speed) return feeds_[0]->peek(false) ? std::optional(0U) : std::nullopt;
    std::optional<std::uint32_t> earliest;
    std::int64_t earliest_ts = 0;
    for (std::uint32_t i = 0; i < feeds_.size(); ++i) {
        if (!feeds_[i]->peek(false)) continue;
        const std::int64_t ts = head_ts(i);
        if (!earliest || ts < earliest_ts) earliest = i, earliest_ts = ts;
    }
    if (earliest && options_.speed) wait_until_due(earliest_ts);
    return earliest;
}

void FeedReader::prefetch(Msisdn msisdn) const noexcept {
    is_conversational() ? tracks_.prefetch(msisdn) : gate_.prefetch(msisdn);
}

void FeedReader::see_time(const Pending& pending) {
    if (const auto ts = time_of(pending.feed, pending.line.text)) options_.clock.see(*ts);
}

/// The line's time, where it has one that can be.
std::optional<std::int64_t> FeedReader::time_of(std::uint32_t feed, std::string_view text) {
    auto ts = decoders_[feed]->scan_ts(text);
    OutcomeCounts ignored;
    if (!ts && decoders_[feed]->decode(text, scratch_, ignored)) ts = scratch_.ts_ms;
    return ts && *ts >= first_ts_ms && *ts <= wall_clock_ms() ? ts : std::nullopt;
}

/// The time of a feed's next line; of the one before where it has none, or one that cannot be: a bad line must hold up nobody.
std::int64_t FeedReader::head_ts(std::uint32_t feed) {
    if (const auto ts = time_of(feed, feeds_[feed]->peek(false)->text)) last_ts_[feed] = *ts;
    return last_ts_[feed];
}

void FeedReader::wait_until_due(std::int64_t ts_ms) {
    if (ts_ms == std::numeric_limits<std::int64_t>::min()) return;
    if (!first_ts_) first_ts_ = ts_ms;
    const auto elapsed =
        std::chrono::duration<double, std::milli>(static_cast<double>(ts_ms - *first_ts_) / *options_.speed);
    std::this_thread::sleep_until(started_ + std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed));
}

void FeedReader::gate(const Pending& pending, Block& block) {
    if (pending.line.oversized) return block.tally.reject(pending.feed, pending.line.number, Outcome::oversized);
    const auto msisdn = pending.msisdn ? pending.msisdn : decoded_msisdn(pending, block);
    if (!msisdn) return;
    if (is_conversational()) {
        if (!append_open(pending, *msisdn, block)) ++block.tally.outcomes[Outcome::untracked];
    } else if (const auto track = admit(*msisdn)) {
        append(pending, *track, block);
    } else {
        ++block.tally.outcomes[Outcome::untracked];
    }
}

/// The scan was not sure: the full decoder says whose line it is, or why it is bad.
std::optional<Msisdn> FeedReader::decoded_msisdn(const Pending& pending, Block& block) {
    OutcomeCounts field_drops;  // counted by the shard, which decodes the line again
    const auto decoded = decoders_[pending.feed]->decode(pending.line.text, scratch_, field_drops);
    if (decoded) return scratch_.msisdn;
    Outcome fault = decoded.error();
    if (fault == Outcome::sms || fault == Outcome::control) {
        auto said = decoders_[pending.feed]->decode_conversation(pending.line.text, fault);
        if (said && ts_of(*said) <= wall_clock_ms()) {
            options_.clock.set(ts_of(*said));
            block.conversation.push_back({pending.feed, pending.line.number, *std::move(said)});
            return std::nullopt;
        }
        fault = said ? Outcome::future : said.error();
    }
    block.tally.settle(pending.feed, pending.line.number, ending_of(fault, pending.line.unterminated));
    return std::nullopt;
}

std::optional<TrackNumber> FeedReader::admit(Msisdn msisdn) {
    const auto found = gate_.find(msisdn);
    if (found && *found != 0) return found;
    if (!found && options_.mode == LaboratoryMode::listed) return std::nullopt;
    gate_.put(msisdn, next_track_);
    return next_track_++;
}

/// For each of the subscriber's open tracks; false where there is none.
bool FeedReader::append_open(const Pending& pending, Msisdn msisdn, Block& block) const {
    bool again = false;
    return tracks_.for_each(msisdn,
                            [&](TrackNumber track) { append(pending, track, block, std::exchange(again, true)); });
}

void FeedReader::append(const Pending& pending, TrackNumber track, Block& block, bool again) const {
    const auto& line = pending.line;
    block.parts[track % options_.shards].lines.push_back({.offset = static_cast<std::uint32_t>(block.bytes.size()),
                                                          .length = static_cast<std::uint32_t>(line.text.size()),
                                                          .track = track,
                                                          .feed = pending.feed,
                                                          .number = line.number,
                                                          .unterminated = line.unterminated,
                                                          .again = again});
    block.bytes.append(line.text);
    block.bytes.push_back('\n');
}

std::uint64_t FeedReader::source_bytes_consumed() const noexcept {
    std::uint64_t bytes = 0;
    for (const auto& feed : feeds_) bytes += feed->source().consumed_bytes();
    return bytes;
}

}  // namespace simtrail::feed
