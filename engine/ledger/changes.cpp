#include "engine/ledger/changes.hpp"

namespace simtrail::ledger {

bool LedgerChanges::empty() const noexcept {
    return consents.empty() && removed_consents.empty() && tracks.empty() && removed_tracks.empty() &&
           erased_subscribers.empty() && purged_subscribers.empty() && texts.empty() && callbacks.empty() &&
           evidence.empty() && gate.empty();
}

}  // namespace simtrail::ledger
