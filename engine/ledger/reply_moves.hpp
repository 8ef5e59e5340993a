#pragma once

#include <cstdint>
#include <vector>

#include "engine/ledger/consent_moves.hpp"
#include "engine/ledger/conversation.hpp"
#include "engine/ledger/drafts.hpp"

namespace simtrail::ledger {

/// Understands a subscriber's texts: which request they answer, and what then.
class ReplyMoves {
   public:
    /// All outlive it.
    ReplyMoves(Drafts& drafts, ConsentMoves& consents, const LedgerRules& rules)
        : drafts_(drafts), consents_(consents), rules_(rules), reader_(rules.conversation) {}

    Decision receive(const ReceiveText& text, std::int64_t now_ms);
    /// What became of a text of ours.
    void note_text(const NoteText& note, std::int64_t now_ms);

   private:
    using Consents = std::vector<Consent>;

    Decision stop(const ReceiveText& text, Consents consents, std::int64_t now_ms);
    Decision answer(const ReceiveText& text, Consent consent, Word word, std::int64_t now_ms);
    Decision wrong_code(const ReceiveText& text, const Consents& consents, std::int64_t now_ms);
    Decision undecided(const ReceiveText& text, const Consents& consents, std::int64_t now_ms);
    Decision unclear(const ReceiveText& text, const Consents& consents, std::int64_t now_ms);
    void ask(const ReceiveText& text, const Consents& consents, std::int64_t now_ms);
    void hint(const ReceiveText& text, const Consents& consents, std::int64_t now_ms);
    bool first_since(const Consents& consents, std::int64_t Consent::* last_ms, std::int64_t interval_ms,
                     std::int64_t now_ms);
    void keep(const ReceiveText& text, const Consents& consents, std::int64_t now_ms);
    void keep(const ReceiveText& text, const std::string& tenant, std::int64_t now_ms);

    Drafts& drafts_;
    ConsentMoves& consents_;
    const LedgerRules& rules_;
    ReplyReader reader_;
};

}  // namespace simtrail::ledger
