#pragma once

#include <cstdint>

#include "engine/ledger/command.hpp"
#include "engine/ledger/drafts.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/ledger/sim_track_table.hpp"

namespace simtrail::ledger {

/// Carries out what happens to tracks, after sim_track_table.hpp: states, windows, gate, callbacks.
class TrackMoves {
   public:
    /// All outlive it.
    TrackMoves(Drafts& drafts, const LedgerRules& rules, Identities& identities)
        : drafts_(drafts), rules_(rules), identities_(identities) {}

    Decision create(const CreateSimTrack& command, std::int64_t now_ms);
    Decision start(const StartSimTrack& command, std::int64_t now_ms);
    Decision stop(const StopSimTrack& command, std::int64_t now_ms);
    Decision remove(const DeleteSimTrack& command, std::int64_t now_ms);
    Decision note_position(TrackNumber number, std::int64_t now_ms);
    Decision note_silence(TrackNumber number, std::int64_t now_ms);

    /// The consent ended at `at_ms`: `event` says how.
    void consent_ended(const Consent& consent, SimTrackEvent event, std::int64_t at_ms);
    /// Its deadline came.
    void due(const SimTrack& found, SimTrackEvent event, std::int64_t at_ms);

    /// Whether a track of the consent's tenant and subscriber runs.
    bool any_runs(const Consent& consent) const;

    /// The track a tenant means, if it is theirs.
    const SimTrack* find(const Caller& caller, const TrackReference& reference) const;

   private:
    void begin(SimTrack& track, SimTrackState next, std::int64_t now_ms);
    void end(SimTrack& track, SimTrackState next, StopReason reason, std::int64_t at_ms);
    void erase(SimTrack track, std::int64_t at_ms);
    void tell(EventType type, const SimTrack& track, std::int64_t at_ms);
    std::string free_name(const Caller& caller, std::string_view uuid) const;

    Drafts& drafts_;
    const LedgerRules& rules_;
    Identities& identities_;
};

}  // namespace simtrail::ledger
