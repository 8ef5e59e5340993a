#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/feed/block.hpp"
#include "adapters/feed/recorded_feed.hpp"
#include "engine/tracing/gate.hpp"

namespace simtrail::feed {

/// Whom the gate lets through in `replay`, where no ledger says so yet.
enum class LaboratoryMode : std::uint8_t {
    listed,    // the subscribers put into the gate beforehand
    everyone,  // --track-all
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
    };

    /// `gate`: the store's tracks, and track 0 for subscribers who are to be tracked from their first event.
    FeedReader(std::vector<std::unique_ptr<RecordedFeed>> feeds, Gate gate, const Options& options);

    /// Fills an empty block with the next lines. False, and the block empty, when all feeds have ended.
    bool fill(Block& block);

    const std::vector<std::unique_ptr<RecordedFeed>>& feeds() const noexcept { return feeds_; }
    std::uint64_t source_bytes_consumed() const noexcept;

   private:
    struct Pending {
        RawLine line;
        std::uint32_t feed;
        std::optional<Msisdn> msisdn;
    };

    bool gather();
    std::optional<std::uint32_t> earliest_feed();
    std::int64_t head_ts(std::uint32_t feed);
    void wait_until_due(std::int64_t ts_ms);
    void gate(const Pending& pending, Block& block);
    std::optional<Msisdn> decoded_msisdn(const Pending& pending, Block& block);
    std::optional<TrackNumber> admit(Msisdn msisdn);
    void append(const Pending& pending, TrackNumber track, Block& block) const;

    std::vector<std::unique_ptr<RecordedFeed>> feeds_;
    std::vector<std::unique_ptr<LineDecoder>> decoders_;  // one a feed
    std::vector<std::int64_t> last_ts_;                   // of a feed's lines so far
    Gate gate_;
    Options options_;
    TrackNumber next_track_;
    std::vector<Pending> pending_;
    std::uint64_t gathered_bytes_ = 0;
    std::optional<std::int64_t> first_ts_;
    std::chrono::steady_clock::time_point started_;
    CellEvent scratch_{.ts_ms = 0, .msisdn = *Msisdn::parse("0")};
};

}  // namespace simtrail::feed
