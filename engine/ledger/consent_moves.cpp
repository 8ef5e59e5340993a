#include "engine/ledger/consent_moves.hpp"

#include <algorithm>

#include "engine/ledger/uuid_text.hpp"

namespace simtrail::ledger {
namespace {

/// How long to wait for the next text; 0: not at all. Never more than the interval, whatever the clock did since the last.
std::int64_t wait_ms(const Consent& consent, const LedgerRules& rules, std::int64_t now_ms) {
    const bool limited = consent.state == ConsentState::pending || consent.state == ConsentState::denied ||
                         consent.state == ConsentState::revoked;
    if (!limited || consent.text_ms == 0) return 0;
    const std::int64_t since_ms = std::max<std::int64_t>(0, now_ms - consent.text_ms);
    return std::max<std::int64_t>(0, rules.text_interval_ms - since_ms);
}

Decision decided(const Consent& consent) { return {.consent = consent, .track = {}}; }

/// What the step to a state is called in the evidence.
std::string_view step_name(ConsentState before, ConsentState next) {
    if (next == ConsentState::expired) return before == ConsentState::pending ? "lapsed" : "expired";
    return consent_state_names[static_cast<std::size_t>(next)];
}

}  // namespace

Decision ConsentMoves::request(const RequestConsent& command, std::int64_t now_ms) {
    const Consent* found = drafts_.consent(command.caller.tenant, command.msisdn);
    Consent consent =
        found != nullptr
            ? *found
            : Consent{.tenant = command.caller.tenant, .msisdn = command.msisdn, .tenant_name = {}, .callback = {}};
    const auto step = consent_step(consent.state, ConsentEvent::requested);
    if (step.next == ConsentState::allowed) {
        if (command.callback && consent.callback != command.callback) {
            consent.callback = command.callback;
            drafts_.put(consent);
        }
        return decided(consent);
    }
    if (const std::int64_t ms = wait_ms(consent, rules_, now_ms); ms > 0)
        return {.refusal = Refusal::too_soon, .retry_after_ms = ms, .consent = {}, .track = {}};
    if (consent.number == 0) consent.number = drafts_.new_consent();
    if (command.callback) consent.callback = command.callback;
    consent.tenant_name = command.caller.tenant_name;
    consent.code = free_code(consent);
    consent.wrong_codes = 0;
    consent.reminded = false;
    consent.requested_ms = consent.text_ms = now_ms;
    consent.expires_ms = now_ms + rules_.request_lapse_ms;
    consent.received_ms = consent.ended_ms = 0;
    move(consent, step.next, "requested", command.caller.key_id, now_ms);
    send(consent.tenant, consent.msisdn,
         filled(rules_.conversation.request_text, shown_name(consent), code_text(consent.code)), now_ms);
    Decision decision = decided(consent);
    decision.text_sent = true;
    return decision;
}

/// A new code, another than that of any request to the same subscriber.
std::uint16_t ConsentMoves::free_code(const Consent& consent) {
    constexpr std::uint16_t codes = 10'000;
    const auto numbers = drafts_.consents_of(consent.msisdn);
    const auto is_taken = [&](std::uint16_t code) {
        return std::ranges::any_of(numbers,
                                   [&](std::uint32_t number) { return drafts_.consent(number)->code == code; });
    };
    std::uint16_t code = identities_.code();
    for (std::uint16_t tries = 0; tries < codes && is_taken(code); ++tries)
        code = static_cast<std::uint16_t>((code + 1) % codes);
    return code;
}

Decision ConsentMoves::revoke(const RevokeConsent& command, std::int64_t now_ms) {
    const Consent* found = drafts_.consent(command.caller.tenant, command.msisdn);
    const ConsentState state = found == nullptr ? ConsentState::none : found->state;
    const auto step = consent_step(state, ConsentEvent::withdrawn);
    if (found == nullptr || step.refusal != Refusal::none) return {.refusal = step.refusal, .consent = {}, .track = {}};
    Consent consent = *found;
    if (step.next != state) move(consent, step.next, step_name(state, step.next), command.caller.key_id, now_ms);
    return decided(consent);
}

bool ConsentMoves::reply(Consent& consent, ConsentEvent event, std::int64_t now_ms) {
    const auto step = consent_step(consent.state, event);
    if (step.next == consent.state) {
        drafts_.put(consent);  // the reply's time
        return false;
    }
    const bool answers = event != ConsentEvent::withdrawn && consent.state == ConsentState::pending;
    if (answers) consent.received_ms = now_ms;
    if (step.next == ConsentState::allowed) consent.expires_ms = now_ms + rules_.consent_validity_ms;
    move(consent, step.next, step_name(consent.state, step.next), "subscriber", now_ms);
    return true;
}

void ConsentMoves::due(const Consent& found, std::int64_t at_ms, std::int64_t now_ms) {
    if (awaits_reminder(found, rules_)) return remind(found, now_ms);
    const auto step = consent_step(found.state, ConsentEvent::due);
    if (step.next == ConsentState::none) return drafts_.remove(Consent(found));
    Consent consent = found;
    move(consent, step.next, step_name(consent.state, step.next), "clock", at_ms);
}

/// Once; not at all where the daemon was away until the request had lapsed.
void ConsentMoves::remind(const Consent& found, std::int64_t now_ms) {
    Consent consent = found;
    consent.reminded = true;
    if (now_ms >= consent.expires_ms) return drafts_.put(consent);
    consent.text_ms = now_ms;
    drafts_.put(consent);
    send(consent.tenant, consent.msisdn,
         filled(rules_.conversation.reminder_text, shown_name(consent), code_text(consent.code)), now_ms);
}

void ConsentMoves::track_ended(const std::string& tenant, Msisdn msisdn, std::int64_t at_ms) {
    const Consent* found = drafts_.consent(tenant, msisdn);
    if (!rules_.consent_per_trip || found == nullptr || tracks_.any_runs(*found)) return;
    Consent consent = *found;
    const auto step = consent_step(consent.state, ConsentEvent::trip_over);
    if (step.next != consent.state) move(consent, step.next, "tripOver", "clock", at_ms);
}

/// The one way from state to state.
void ConsentMoves::move(Consent& consent, ConsentState next, std::string_view step, std::string_view actor,
                        std::int64_t at_ms) {
    const ConsentState before = consent.state;
    consent.state = next;
    if (next == ConsentState::denied || next == ConsentState::revoked) consent.expires_ms = 0;
    if (next != ConsentState::pending && next != ConsentState::allowed) consent.ended_ms = at_ms;
    drafts_.put(consent);
    drafts_.evidence({.at_ms = at_ms,
                      .tenant = consent.tenant,
                      .msisdn = consent.msisdn,
                      .step = std::string(step),
                      .actor = std::string(actor),
                      .text = {},
                      .gateway = {}});
    if (before != next) tell(consent, at_ms);
    if (before != ConsentState::allowed) return;
    const bool by_time = next == ConsentState::expired;
    tracks_.consent_ended(consent, by_time ? SimTrackEvent::consent_expired : SimTrackEvent::consent_revoked, at_ms);
}

void ConsentMoves::send(std::string_view tenant, Msisdn to, std::string text, std::int64_t now_ms) {
    drafts_.evidence({.at_ms = now_ms,
                      .tenant = std::string(tenant),
                      .msisdn = to,
                      .step = "textSent",
                      .actor = "simtrail",
                      .text = text,
                      .gateway = rules_.conversation.gateway});
    drafts_.text({.to = to, .text = std::move(text), .at_ms = now_ms, .tenant = std::string(tenant)});
}

void ConsentMoves::tell(const Consent& consent, std::int64_t at_ms) {
    if (!consent.callback) return;
    drafts_.callback({.event_id = uuid_text(identities_.uuid()),
                      .type = EventType::consent_updated,
                      .at_ms = at_ms,
                      .target = *consent.callback,
                      .subject = consent});
}

}  // namespace simtrail::ledger
