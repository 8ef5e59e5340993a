#include "engine/ledger/reply_moves.hpp"

#include <algorithm>

namespace simtrail::ledger {
namespace {

constexpr std::int64_t bare_word_ms = 48 * 3'600'000LL;  // contract, section 5
constexpr std::int64_t hint_interval_ms = 3'600'000;     // two machines that answer each other fall silent
constexpr std::int64_t question_interval_ms = 60'000;    // and so do these; people take longer to look at a code

bool can_be_answered(const Consent& consent) { return consent.state == ConsentState::pending && !is_locked(consent); }
bool can_be_ended(const Consent& consent) { return consent.state == ConsentState::allowed || can_be_answered(consent); }

/// Whether its request was open at some moment of the last 48 hours.
bool was_open_lately(const Consent& consent, std::int64_t now_ms) {
    if (consent.state == ConsentState::pending) return true;
    const std::int64_t closed_ms = consent.received_ms != 0 ? consent.received_ms : consent.ended_ms;
    return closed_ms > now_ms - bare_word_ms;
}

/// It was written to an earlier request than the one that is open. Gateways' times may have whole seconds only.
bool precedes_request(const ReceiveText& text, const Consent& consent) {
    return consent.state == ConsentState::pending && text.gateway_ms + 1000 < consent.requested_ms;
}

/// A later reply came before this one. A last reply that is still to come says that a clock was set: it proves nothing.
bool is_stale(const Consent& consent, const ReceiveText& text, std::int64_t now_ms) {
    return text.gateway_ms < consent.gateway_ms && consent.gateway_ms <= now_ms;
}

}  // namespace

Decision ReplyMoves::receive(const ReceiveText& text, std::int64_t now_ms) {
    Consents consents;
    for (const std::uint32_t number : drafts_.consents_of(text.from)) consents.push_back(*drafts_.consent(number));
    if (consents.empty()) return {.refusal = Refusal::not_found, .consent = {}, .track = {}};
    const Reply reply = reader_.read(text.text);
    if (reply.word == Word::stop) return stop(text, std::move(consents), now_ms);
    if (reply.word == Word::unclear) return unclear(text, consents, now_ms);
    if (reply.word == Word::both) return undecided(text, consents, now_ms);
    if (reply.code) {
        const auto meant = std::ranges::find(consents, *reply.code, &Consent::code);
        if (meant == consents.end()) return wrong_code(text, consents, now_ms);
        return answer(text, std::move(*meant), reply.word, now_ms);
    }
    const auto lately = [&](const Consent& consent) { return was_open_lately(consent, now_ms); };
    const auto meant = std::ranges::find_if(consents, lately);
    const bool several = std::ranges::count_if(consents, lately) != 1;
    if (several || (reply.word == Word::grant && precedes_request(text, *meant)))
        return undecided(text, consents, now_ms);
    return answer(text, std::move(*meant), reply.word, now_ms);
}

void ReplyMoves::note_text(const NoteText& note, std::int64_t now_ms) {
    if (drafts_.consents_of(note.to).empty()) return;  // erased or purged meanwhile
    drafts_.evidence({.at_ms = now_ms,
                      .tenant = note.tenant,
                      .msisdn = note.to,
                      .step = std::string(text_fate_steps[static_cast<std::size_t>(note.fate)]),
                      .actor = "gateway",
                      .text = note.detail,
                      .gateway = rules_.conversation.gateway});
}

Decision ReplyMoves::stop(const ReceiveText& text, Consents consents, std::int64_t now_ms) {
    keep(text, consents, now_ms);
    Decision decision{.consent = {}, .track = {}};
    std::size_t withdrawn = 0;
    for (Consent& consent : consents) {
        if (is_stale(consent, text, now_ms)) continue;
        consent.gateway_ms = std::min(text.gateway_ms, now_ms);
        if (!consents_.reply(consent, ConsentEvent::withdrawn, now_ms)) continue;
        ++withdrawn;
        decision.consent = consent;
    }
    if (withdrawn == 0) return decision;
    const std::string tenant = withdrawn == 1 ? decision.consent->tenant : "";
    consents_.send(tenant, text.from, rules_.conversation.stopped_text, now_ms);
    return decision;
}

Decision ReplyMoves::answer(const ReceiveText& text, Consent consent, Word word, std::int64_t now_ms) {
    keep(text, consent.tenant, now_ms);
    if (is_locked(consent) || is_stale(consent, text, now_ms)) return {.consent = std::move(consent), .track = {}};
    consent.gateway_ms = std::min(text.gateway_ms, now_ms);
    const bool grants = word == Word::grant;
    if (consents_.reply(consent, grants ? ConsentEvent::granted : ConsentEvent::refused, now_ms)) {
        const std::string& form = grants ? rules_.conversation.allowed_text : rules_.conversation.denied_text;
        consents_.send(consent.tenant, consent.msisdn, filled(form, shown_name(consent), ""), now_ms);
    }
    return {.consent = std::move(consent), .track = {}};
}

/// Counts against every open request: it may have been meant for any.
Decision ReplyMoves::wrong_code(const ReceiveText& text, const Consents& consents, std::int64_t now_ms) {
    keep(text, consents, now_ms);
    ask(text, consents, now_ms);
    for (const Consent& each : consents) {
        if (!can_be_answered(each)) continue;
        Consent consent = *drafts_.consent(each.number);
        ++consent.wrong_codes;
        drafts_.put(consent);
    }
    return {.consent = {}, .track = {}};
}

/// Changes nothing: it is asked again.
Decision ReplyMoves::undecided(const ReceiveText& text, const Consents& consents, std::int64_t now_ms) {
    keep(text, consents, now_ms);
    ask(text, consents, now_ms);
    return {.consent = {}, .track = {}};
}

/// Changes nothing.
Decision ReplyMoves::unclear(const ReceiveText& text, const Consents& consents, std::int64_t now_ms) {
    keep(text, consents, now_ms);
    hint(text, consents, now_ms);
    return {.consent = {}, .track = {}};
}

/// Which request is meant? Where there is one that can be answered or ended.
void ReplyMoves::ask(const ReceiveText& text, const Consents& consents, std::int64_t now_ms) {
    if (std::ranges::any_of(consents, can_be_ended) &&
        first_since(consents, &Consent::question_ms, question_interval_ms, now_ms))
        consents_.send("", text.from, rules_.conversation.which_text, now_ms);
}

/// Not to somebody who has nothing to answer or to end: who said STOP hears no more of us.
void ReplyMoves::hint(const ReceiveText& text, const Consents& consents, std::int64_t now_ms) {
    if (std::ranges::any_of(consents, can_be_ended) &&
        first_since(consents, &Consent::hint_ms, hint_interval_ms, now_ms))
        consents_.send("", text.from, rules_.conversation.hint_text, now_ms);
}

/// True, and kept in each of the subscriber's consents, where it last happened an interval ago. A last time that is still to
/// come says that a clock was set: it proves nothing.
bool ReplyMoves::first_since(const Consents& consents, std::int64_t Consent::* last_ms, std::int64_t interval_ms,
                             std::int64_t now_ms) {
    for (const Consent& consent : consents)
        if (consent.*last_ms <= now_ms && consent.*last_ms > now_ms - interval_ms) return false;
    for (const Consent& each : consents) {
        Consent consent = *drafts_.consent(each.number);
        consent.*last_ms = now_ms;
        drafts_.put(consent);
    }
    return true;
}

void ReplyMoves::keep(const ReceiveText& text, const Consents& consents, std::int64_t now_ms) {
    keep(text, consents.size() == 1 ? consents.front().tenant : "", now_ms);
}

void ReplyMoves::keep(const ReceiveText& text, const std::string& tenant, std::int64_t now_ms) {
    drafts_.evidence({.at_ms = now_ms,
                      .tenant = tenant,
                      .msisdn = text.from,
                      .step = "textReceived",
                      .actor = "subscriber",
                      .text = text.text,
                      .gateway = text.gateway});
}

}  // namespace simtrail::ledger
