#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/feed/block.hpp"
#include "adapters/feed/open_tracks.hpp"
#include "adapters/feed/recorded_feed.hpp"
#include "engine/tracing/gate.hpp"

namespace simtrail::feed {

/// Whom the gate lets through in `replay`.
enum class LaboratoryMode : std::uint8_t {
    listed,    // the subscribers put into the gate beforehand
    everyone,  // --track-all
    off,       // whom the ledger says: sms and control lines count
};

/// Reads recorded feeds as one, merged by the times of their lines, gates every line by its subscriber, and fills blocks.
/// One thread.
class FeedReader {
   public:
    struct Options {
        LaboratoryMode mode = LaboratoryMode::listed;
        std::uint32_t shards = 1;
        TrackNumber first_new_track = 1;       // numbers below belong to tracks of the store
        std::size_t block_bytes = 192 * 1024;  // of gated lines, after which a block is passed on
        std::optional<double> speed;           // times the feed's own pace; absent: as fast as it goes
        FeedClock clock;                       // as far as it came before, where LaboratoryMode::off
    };

    /// `gate`: the store's tracks, and track 0 for subscribers who are to be tracked from their first event.
    FeedReader(std::vector<std::unique_ptr<RecordedFeed>> feeds, Gate gate, const Options& options);

    /// Fills an empty block with the next lines. False, and the block empty, when all feeds have ended. An sms or control
    /// line ends its block: what it changes is to be told by `change` before the next.
    bool fill(Block& block);

    /// Opens or shuts the gate of tracks (LaboratoryMode::off).
    void change(std::span<const ledger::GateChange> changes);

    const std::vector<std::unique_ptr<RecordedFeed>>& feeds() const noexcept { return feeds_; }
    std::uint64_t source_bytes_consumed() const noexcept;

   private:
    struct Pending {
        RawLine line;
        std::uint32_t feed;
        std::optional<Msisdn> msisdn;
    };

    bool gather();
    bool is_conversational() const noexcept { return options_.mode == LaboratoryMode::off; }
    void prefetch(Msisdn msisdn) const noexcept;
    void see_time(const Pending& pending);
    std::optional<std::int64_t> time_of(std::uint32_t feed, std::string_view text);
    std::optional<std::uint32_t> earliest_feed();
    std::int64_t head_ts(std::uint32_t feed);
    void wait_until_due(std::int64_t ts_ms);
    void gate(const Pending& pending, Block& block);
    std::optional<Msisdn> decoded_msisdn(const Pending& pending, Block& block);
    std::optional<TrackNumber> admit(Msisdn msisdn);
    bool append_open(const Pending& pending, Msisdn msisdn, Block& block) const;
    void append(const Pending& pending, TrackNumber track, Block& block, bool again = false) const;

    std::vector<std::unique_ptr<RecordedFeed>> feeds_;
    std::vector<std::unique_ptr<LineDecoder>> decoders_;  // one a feed
    std::vector<std::int64_t> last_ts_;                   // of a feed's lines so far
    Gate gate_;                                           // of a laboratory mode
    OpenTracks tracks_;                                   // of the ledger
    Options options_;
    TrackNumber next_track_;
    std::vector<Pending> pending_;
    std::uint64_t gathered_bytes_ = 0;
    std::optional<std::int64_t> first_ts_;
    std::chrono::steady_clock::time_point started_;
    CellEvent scratch_{.ts_ms = 0, .msisdn = *Msisdn::parse("0")};
};

}  // namespace simtrail::feed
