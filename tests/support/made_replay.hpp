#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <optional>
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
    std::string said{};  // a second feed of sms and control lines: the ledger says who is tracked

    runtime::ReplayResult run() const {
        const storage::StoreOptions store_options{.path = database,
                                                  .vfs = vfs,
                                                  .synchronous = synchronous,
                                                  .checkpoint_at_bytes = 256 << 10,
                                                  .observe = observe};
        const auto store = storage::open_trace_store(store_options);
        std::optional<runtime::ReplayLedgerSetup> ledger;
        if (!said.empty()) ledger = {.store = store.get(), .make_callback = callback_with_its_board};
        auto result = runtime::replay({.feeds = said.empty() ? std::vector{feed} : std::vector{feed, said},
                                       .track_all = said.empty(),
                                       .ledger = ledger,
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

   private:
    /// It tells what a real one would: of the last position too.
    static ledger::StoredCallback callback_with_its_board(const ledger::OutgoingCallback& callback,
                                                          ledger::ConsentState consent, const runtime::Board& board) {
        ledger::StoredCallback stored{
            .number = callback.number,
            .event_id = callback.event_id,
            .event_type = std::string(ledger::event_type_names[static_cast<std::size_t>(callback.type)]),
            .msisdn = std::visit([](const auto& subject) { return subject.msisdn; }, callback.subject),
            .target = callback.target,
            .body = std::to_string(static_cast<int>(consent)),
            .created_ms = callback.at_ms};
        if (const auto* track = std::get_if<ledger::SimTrack>(&callback.subject)) {
            const auto entry = board.entry(track->number);
            stored.track = track->number;
            if (entry.last_seq != 0) stored.body += ' ' + std::to_string(entry.last.tis_ms());
        }
        return stored;
    }
};

/// Where a child process kills itself: at the n-th time the store reports this phase.
struct KillPoint {
    storage::Phase phase;
    int countdown;
};

/// True where the child was killed, false where it came to its end.
inline bool killed(Replay replay, KillPoint point) {
    const pid_t child = ::fork();
    if (child == 0) {
        replay.observe = [&point](storage::Phase phase) {
            if (phase == point.phase && --point.countdown == 0) ::kill(::getpid(), SIGKILL);
        };
        try {
            replay.run();
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL;
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return false;
}

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
