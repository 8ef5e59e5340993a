#pragma once

#include <cstdint>
#include <string_view>

#include "engine/ledger/command.hpp"
#include "engine/ledger/consent_table.hpp"
#include "engine/ledger/drafts.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/ledger/track_moves.hpp"

namespace simtrail::ledger {

/// Carries out what happens to consents, after consent_table.hpp: states, texts, evidence, callbacks, and the tracks that
/// end with a consent.
class ConsentMoves {
   public:
    /// All outlive it.
    ConsentMoves(Drafts& drafts, TrackMoves& tracks, const LedgerRules& rules, Identities& identities)
        : drafts_(drafts), tracks_(tracks), rules_(rules), identities_(identities) {}

    Decision request(const RequestConsent& command, std::int64_t now_ms);
    Decision revoke(const RevokeConsent& command, std::int64_t now_ms);
    /// A reply: `granted`, `refused` or `withdrawn`. True where it changed the consent's state.
    bool reply(Consent& consent, ConsentEvent event, std::int64_t now_ms);
    /// Its deadline, which was at `at_ms`, came.
    void due(const Consent& found, std::int64_t at_ms, std::int64_t now_ms);
    /// A track under it ended: where consents are for one trip, and no other track runs, it is over.
    void track_ended(const std::string& tenant, Msisdn msisdn, std::int64_t at_ms);

    /// Sends a text and keeps it as evidence. `tenant`: on whose behalf, or empty.
    void send(std::string_view tenant, Msisdn to, std::string text, std::int64_t now_ms);

   private:
    void move(Consent& consent, ConsentState next, std::string_view step, std::string_view actor, std::int64_t at_ms);
    void remind(const Consent& found, std::int64_t now_ms);
    std::uint16_t free_code(const Consent& consent);
    void tell(const Consent& consent, std::int64_t at_ms);

    Drafts& drafts_;
    TrackMoves& tracks_;
    const LedgerRules& rules_;
    Identities& identities_;
};

}  // namespace simtrail::ledger
