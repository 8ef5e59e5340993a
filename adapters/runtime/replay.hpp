#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/runtime/pipeline.hpp"

namespace simtrail::runtime {

/// Recorded feeds through the engine, on the feeds' own clock: in a laboratory mode, or with the ledger.
struct ReplayOptions {
    std::vector<std::string> feeds;           // paths; "-" is standard input
    bool track_all = false;                   // every subscriber counts as consenting and tracked
    std::vector<Msisdn> tracked;              // these do
    std::optional<ReplayLedgerSetup> ledger;  // the ledger says who; sms and control lines count
    std::optional<double> speed;              // times the feed's own pace; absent: as fast as it goes
    std::uint64_t seed = 1;                   // of ids
    std::uint32_t shards = 1;
    Breadth breadth = full_breadth;  // never by load: the same input gives the same bytes
    std::int64_t hold_ms = 60'000;   // PRODUCT, section 2
    PipelineLimits limits{};
    std::function<void(const std::string& feed, const feed::Rejection&)> on_rejection;
    std::function<void(std::uint64_t done, std::uint64_t total)> on_progress;  // bytes of the files; total 0: unknown
};

struct ReplayResult {
    RunTotals totals;
    std::uint64_t lines_taken_before = 0;  // by an earlier run over the same feeds
    std::vector<std::string> remarks;      // oddities of the feeds' ends
};

/// Replays to the feeds' end. The same call again after an interruption goes on where it was. Throws std::runtime_error
/// with a message for people where a feed cannot be opened or read, or the store fails.
ReplayResult replay(const ReplayOptions& options, const CellTable& cells, TraceStore& store,
                    const std::function<std::unique_ptr<SegmentReader>()>& open_segments);

}  // namespace simtrail::runtime
