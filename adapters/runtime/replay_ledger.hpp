#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "adapters/api/bodies.hpp"
#include "adapters/feed/block.hpp"
#include "adapters/runtime/board.hpp"
#include "adapters/runtime/recovered_tracks.hpp"
#include "adapters/runtime/seeded_identities.hpp"
#include "adapters/runtime/silence_watch.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/ledger/ledger_store.hpp"

namespace simtrail::runtime {

/// How a recorded day drives the ledger.
struct ReplayLedgerSetup {
    ledger::LedgerStore* store = nullptr;  // outlives it
    ledger::LedgerRules rules;
    api::BodyRules body_rules{.msisdn_max_digits = 15, .allow_private_callbacks = true};  // nothing is sent
    std::int64_t silent_after_ms = 3'600'000;
    /// The callback as it is stored; `track_consent` is of a track's subscriber and tenant.
    std::function<ledger::StoredCallback(const ledger::OutgoingCallback&, ledger::ConsentState track_consent,
                                         const Board&)>
        make_callback;
};

/// The ledger of a replay: sms and control lines, first positions, silences and deadlines, all at the feed's own time. It
/// decides at the same lines whatever the blocks and commits, so that interrupted replays end the same. Texts are evidence
/// and go no further; callbacks are stored as dead letters. The writer's thread, but for what is said.
class ReplayLedger {
   public:
    ReplayLedger(ReplayLedgerSetup setup, std::uint64_t seed);
    ~ReplayLedger();

    /// Gates of the tracks that run as the store has it; before the first block.
    std::vector<ledger::GateChange> running() const;
    /// As far as the feeds' time had come.
    feed::FeedClock clock() const noexcept { return clock_; }
    /// Whether `restore` wants this track of the store: it runs, or callbacks tell of it.
    bool wants(TrackNumber track) const;
    /// A track of the store with its newest points.
    void restore(const Track& track);

    /// A block whose points are about to be committed, in order. Its sms and control lines are carried out and counted in it.
    void take(feed::Block& block);
    /// What changed since it was asked last: to be told to the gate and, with the next block, to the shards. Where one is
    /// shut, that block has to be committed with this one.
    std::vector<ledger::GateChange> gate_changes();

    /// The feeds have ended: what is due by their time comes.
    void finish();

    /// Puts what was decided into a batch; `committed` then says that it is durable.
    void add_to(Batch& batch);
    void committed();

    std::uint64_t tracks_made() const noexcept;

   private:
    void observe(const feed::Block& block);
    void advance(std::int64_t ms);
    void say(const feed::SaidLine& said, feed::Tally& tally);
    bool give_identities(const feed::ConversationLine& line);
    ledger::Decision apply(const ledger::Command& command, std::int64_t now_ms);
    void make_callbacks();
    void follow_gates(std::int64_t now_ms);

    ReplayLedgerSetup setup_;
    ledger::LedgerBook book_;
    SeededIdentities identities_;
    std::unique_ptr<ledger::Ledger> ledger_;
    Board board_;
    SilenceWatch silences_;
    feed::FeedClock clock_, stored_clock_;
    std::uint64_t tracks_before_ = 0;
    std::unordered_set<TrackNumber> awaited_;                         // the next point of these is to be noted
    std::unordered_set<std::string> said_ids_;                        // track ids that lines gave
    std::unordered_map<std::int64_t, ledger::StoredCallback> made_;   // callbacks of what is pending, by number
    std::unordered_map<TrackNumber, ledger::GateChange> told_gates_;  // of what is pending
    std::vector<ledger::GateChange> new_gates_;
    ledger::LedgerChanges changes_;  // of the batch: what is pending, but for the texts
};

}  // namespace simtrail::runtime
