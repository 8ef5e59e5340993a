#pragma once

#include <functional>
#include <string>

#include "adapters/runtime/replay.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "storage/trace_reader.hpp"

namespace simtrail::testing {

/// A replay with small limits, so that commits, cuts and checkpoints come often.
struct Replay {
    std::string feed, database;
    const CellTable* cells = nullptr;
    std::uint32_t shards = 1;
    const char* vfs = nullptr;
    const char* synchronous = "FULL";
    std::function<void(storage::Phase)> observe{};

    runtime::ReplayResult run() const {
        const storage::StoreOptions store_options{.path = database,
                                                  .vfs = vfs,
                                                  .synchronous = synchronous,
                                                  .checkpoint_at_bytes = 256 << 10,
                                                  .observe = observe};
        const auto store = storage::open_trace_store(store_options);
        auto result = runtime::replay({.feeds = {feed},
                                       .track_all = true,
                                       .shards = shards,
                                       .limits = {.commit_points = 512,
                                                  .journal_bytes = 100'000,
                                                  .journal_bytes_a_track = 0,
                                                  .block_bytes = 16 << 10},
                                       .on_rejection = [](const std::string&, const feed::Rejection&) {},
                                       .on_progress = [](std::uint64_t, std::uint64_t) {}},
                                      *cells, *store, [&] { return storage::open_segment_reader(store_options); });
        store->close();
        return result;
    }
};

/// All that an export would tell.
inline std::string told(const std::string& database, const char* vfs = nullptr) {
    std::string text;
    const auto traces = storage::open_traces(database, vfs);
    for (const TrackInfo& track : traces->tracks()) {
        text += track.track_id + ' ' + track.name + ' ' + track.msisdn.text() + '\n';
        for (const TracePoint& p : traces->trace(track.number))
            text += std::to_string(p.seq) + ' ' + std::to_string(p.tis_ms) + ' ' + std::to_string(p.lon_e5) + ' ' +
                    std::to_string(p.lat_e5) + ' ' + std::to_string(p.accuracy_m) + ' ' +
                    std::string(name(p.confidence)) + ' ' + std::to_string(p.reasons.bits()) + '\n';
    }
    return text;
}

}  // namespace simtrail::testing
