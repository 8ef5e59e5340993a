#include "adapters/cli/daemon_setup.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "adapters/api/event_json.hpp"
#include "adapters/callbacks/body.hpp"
#include "adapters/cells/cell_files.hpp"
#include "adapters/cells/known_files.hpp"
#include "adapters/cli/sms_setup.hpp"
#include "storage/cell_notes.hpp"

namespace simtrail::cli {

namespace {

/// Lanes of consents, beside those of tracks, whose numbers have 32 bits.
constexpr std::uint64_t consent_lane = std::uint64_t{1} << 63;

std::string data_of(const ledger::SimTrack& track, ledger::ConsentState consent, const runtime::Board& board,
                    std::int64_t at_ms, std::int64_t silent_after_ms) {
    const auto entry = board.entry(track.number);
    std::optional<runtime::LastPosition> last;
    if (entry.last_seq != 0) last = {entry.last.unpacked(entry.last_seq), entry.heard_ms};
    return api::track_event_json(track, consent, last, at_ms, silent_after_ms);
}

}  // namespace

std::shared_ptr<const CellTable> load_table(const config::Configuration& configuration) {
    const std::vector<std::filesystem::path> files(configuration.cells.files.begin(), configuration.cells.files.end());
    auto loaded = std::make_shared<cells::LoadedCells>(cells::load_cells(files));
    return {loaded, &loaded->table()};
}

void note_cells(const config::Configuration& configuration) {
    const std::vector<std::filesystem::path> files(configuration.cells.files.begin(), configuration.cells.files.end());
    storage::note_cell_files(configuration.storage.path, cells::known_files(files));
}

ledger::LedgerRules rules_of(const config::Configuration& configuration) {
    ledger::LedgerRules rules;
    rules.consent_validity_ms = configuration.consent.validity.count();
    rules.request_lapse_ms = configuration.consent.request_lapse.count();
    rules.text_interval_ms = configuration.consent.min_interval.count();
    rules.consent_purge_ms = configuration.consent.purge.count();
    rules.retention_ms = configuration.storage.retention.count();
    rules.reminder_ms = configuration.consent.reminder.count();
    rules.erase_on_withdrawal = configuration.consent.erase_on_withdrawal;
    rules.consent_per_trip = configuration.consent.profile == config::ConsentProfile::per_trip;
    rules.conversation = configuration.sms.conversation;
    rules.conversation.gateway = gateway_name(configuration.sms.gateway);
    return rules;
}

api::BodyRules body_rules_of(const config::Configuration& configuration) {
    return {.msisdn_max_digits = configuration.api.msisdn_max_digits,
            .allow_private_callbacks = configuration.callbacks.allow_private_addresses};
}

std::unique_ptr<record::DayRecorder> recorder_of(const config::Configuration& configuration) {
    if (configuration.record.path.empty()) return nullptr;
    // Who never allowed it is purged by then, and must be in no recording: a file's first lines are a day older than its last.
    constexpr std::chrono::milliseconds day = std::chrono::days{1};
    const auto keep = std::min(configuration.record.keep, std::max(configuration.consent.purge - day, day));
    return std::make_unique<record::DayRecorder>(
        record::DayRecorder::Options{.folder = configuration.record.path,
                                     .keep_ms = keep.count(),
                                     .max_day_bytes = static_cast<std::uint64_t>(configuration.record.max_mib) << 20U});
}

runtime::CandidateChoice candidates_of(const config::Configuration& configuration) {
    switch (configuration.positioning.candidates) {
        case config::Candidates::full: return runtime::CandidateChoice::full;
        case config::Candidates::few: return runtime::CandidateChoice::few;
        case config::Candidates::automatic: break;
    }
    return runtime::CandidateChoice::by_load;
}

std::optional<http::TlsFiles> tls_of(const config::Tls& tls) {
    if (!tls.enabled()) return std::nullopt;
    return http::TlsFiles{.certificate = tls.certificate, .key = tls.key, .client_ca = tls.client_ca};
}

ledger::StoredCallback stored_callback(const ledger::OutgoingCallback& callback, ledger::ConsentState track_consent,
                                       const runtime::Board& board, std::int64_t silent_after_ms) {
    ledger::StoredCallback stored{
        .number = callback.number,
        .event_id = callback.event_id,
        .event_type = std::string(ledger::event_type_names[static_cast<std::size_t>(callback.type)]),
        .msisdn = std::visit([](const auto& subject) { return subject.msisdn; }, callback.subject),
        .target = callback.target,
        .created_ms = callback.at_ms,
        .next_ms = callback.at_ms};
    std::string data;
    if (const auto* track = std::get_if<ledger::SimTrack>(&callback.subject)) {
        stored.tenant = track->tenant;
        stored.lane = stored.track = track->number;
        data = data_of(*track, track_consent, board, callback.at_ms, silent_after_ms);
    } else {
        const auto& consent = std::get<ledger::Consent>(callback.subject);
        stored.tenant = consent.tenant;
        stored.lane = consent_lane + consent.number;
        data = api::consent_event_json(consent);
    }
    stored.body = callbacks::make_body({.id = stored.event_id,
                                        .type = stored.event_type,
                                        .occurred_at_ms = callback.at_ms,
                                        .data_json = data,
                                        .meta_json = callback.target.meta_json});
    return stored;
}

}  // namespace simtrail::cli
