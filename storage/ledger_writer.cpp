#include "storage/ledger_writer.hpp"

#include "storage/ledger_text.hpp"

namespace simtrail::storage {

LedgerWriter::LedgerWriter(Database& database, Subscribers& subscribers)
    : subscribers_(&subscribers),
      callbacks_(database, subscribers),
      texts_(database, subscribers),
      counter_(database,
               "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = max(value, "
               "excluded.value)"),
      consent_(database,
               "INSERT OR REPLACE INTO consent (consent, subscriber, tenant, state, requested, received, expires, "
               "text_put, gateway, ended, code, wrong_codes, reminded, hint_put, question_put, tenant_name, "
               "callback_url, callback_meta, callback_secret) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      remove_consent_(database, "DELETE FROM consent WHERE consent = ?"),
      track_(database,
             "INSERT OR REPLACE INTO track (track, subscriber, track_id, name, tenant, external_ref, state, reason, "
             "has_position, silent, created, started, stopped, expiry, earlier, windows, callback_url, callback_meta, "
             "callback_secret) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      evidence_(database,
                "INSERT OR REPLACE INTO evidence (number, at, subscriber, tenant, step, actor, text, gateway) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      answer_(
          database,
          "INSERT INTO answer (tenant, key, fingerprint, status, body, at, subscriber) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      source_(database, "INSERT OR REPLACE INTO source (name, lines) VALUES (?, ?)"),
      operator_answer_(database,
                       "UPDATE operator_request SET answered = 1, done = ?, message = ?, argument = '', erasure = 1 + "
                       "coalesce((SELECT value FROM counter WHERE name = 'erasures'), 0) WHERE number = ?") {}

void LedgerWriter::put(const ledger::LedgerBatch& batch) {
    if (batch.changes != nullptr) {
        put(batch.counters);
        put(*batch.changes);
    }
    for (const auto& callback : batch.callbacks) callbacks_.put(callback);
    for (const auto& result : batch.callback_results) callbacks_.note(result);
    for (const auto& outcome : batch.text_outcomes) texts_.note(outcome);
    for (const auto& answer : batch.answers) put(answer);
    for (const auto& source : batch.sources) source_.with(source.source, source.lines).run();
    for (const auto& answer : batch.operator_answers) put(answer);
}

void LedgerWriter::put(const ledger::LedgerChanges& changes) {
    for (const auto& consent : changes.consents) put(consent);
    for (const std::uint32_t number : changes.removed_consents) remove_consent_.with(number).run();
    for (const auto& track : changes.tracks) put(track);
    for (const auto& text : changes.texts) texts_.put(text);
    for (const auto& evidence : changes.evidence) put(evidence);
}

void LedgerWriter::put(const ledger::Counters& counters) {
    counter_.with("consent", counters.consent).run();
    counter_.with("track", counters.track).run();
    counter_.with("text", counters.text).run();
    counter_.with("callback", counters.callback).run();
    counter_.with("evidence", counters.evidence).run();
}

void LedgerWriter::put(const ledger::Consent& c) {
    const ledger::CallbackTarget target = c.callback.value_or(ledger::CallbackTarget{});
    consent_
        .with(c.number, subscribers_->number_of(c.msisdn), c.tenant, name(c.state), c.requested_ms, c.received_ms,
              c.expires_ms, c.text_ms, c.gateway_ms, c.ended_ms, c.code, c.wrong_codes, c.reminded, c.hint_ms,
              c.question_ms, c.tenant_name, target.url, target.meta_json, Blob{target.secret})
        .run();
}

void LedgerWriter::put(const ledger::SimTrack& t) {
    const ledger::CallbackTarget target = t.callback.value_or(ledger::CallbackTarget{});
    const std::string windows = windows_text(t.windows);
    track_
        .with(t.number, subscribers_->number_of(t.msisdn), t.track_id, t.name, t.tenant, t.external_ref, name(t.state),
              name(t.reason), t.has_position, t.silent, t.created_ms, t.started_ms, t.stopped_ms, t.expiry_ms,
              t.earlier_ms, windows, target.url, target.meta_json, Blob{target.secret})
        .run();
}

void LedgerWriter::put(const ledger::Evidence& e) {
    evidence_.with(e.number, e.at_ms, subscribers_->number_of(e.msisdn), e.tenant, e.step, e.actor, e.text, e.gateway)
        .run();
}

void LedgerWriter::put(const ledger::IdempotentAnswer& a) {
    const std::int64_t subscriber = a.msisdn ? subscribers_->find(*a.msisdn).value_or(0) : 0;
    answer_.with(a.tenant, a.key, a.fingerprint, a.status, a.body, a.at_ms, subscriber).run();
}

void LedgerWriter::put(const ledger::OperatorAnswer& a) { operator_answer_.with(a.done, a.message, a.number).run(); }

}  // namespace simtrail::storage
