#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "engine/ledger/changes.hpp"
#include "engine/ledger/ledger_store.hpp"

namespace simtrail::testing {

/// Ledger records from a seed, with everything in them that may be: for stores, which do not ask what it means.
class MadeLedger {
   public:
    explicit MadeLedger(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    std::int64_t time() { return below(4) == 0 ? 0 : static_cast<std::int64_t>(below(1ULL << 42)); }

    /// Bytes of all kinds but for NUL, which is no text.
    std::string text(std::size_t longest) {
        std::string made(below(longest + 1), ' ');
        for (char& c : made) c = static_cast<char>(1 + below(255));
        return made;
    }
    std::string bytes(std::size_t longest) {
        std::string made(below(longest + 1), ' ');
        for (char& c : made) c = static_cast<char>(below(256));
        return made;
    }
    Msisdn msisdn() { return *Msisdn::parse("0" + std::to_string(9'876'543'210 + below(20))); }

    std::optional<ledger::CallbackTarget> target() {
        if (below(3) == 0) return std::nullopt;
        return ledger::CallbackTarget{
            .url = "https://x.example/" + text(40), .meta_json = text(50), .secret = bytes(64)};
    }
    ledger::Consent consent(std::uint32_t number) {
        return {.number = number,
                .tenant = text(10),
                .msisdn = msisdn(),
                .state = static_cast<ledger::ConsentState>(below(ledger::consent_state_names.size())),
                .requested_ms = time(),
                .received_ms = time(),
                .expires_ms = time(),
                .text_ms = time(),
                .gateway_ms = time(),
                .ended_ms = time(),
                .code = static_cast<std::uint16_t>(below(10'000)),
                .wrong_codes = static_cast<std::uint8_t>(below(6)),
                .reminded = below(2) == 0,
                .hint_ms = time(),
                .question_ms = time(),
                .tenant_name = text(20),
                .callback = target()};
    }
    ledger::SimTrack track(TrackNumber number) {
        ledger::SimTrack made{.number = number,
                              .track_id = "mts:track:" + text(36),
                              .tenant = text(10),
                              .msisdn = msisdn(),
                              .name = text(128),
                              .external_ref = text(30),
                              .state = static_cast<ledger::SimTrackState>(below(ledger::sim_track_state_names.size())),
                              .reason = static_cast<ledger::StopReason>(below(ledger::stop_reason_names.size())),
                              .has_position = below(2) == 0,
                              .silent = below(2) == 0,
                              .created_ms = 1 + time(),
                              .started_ms = time(),
                              .stopped_ms = time(),
                              .expiry_ms = time(),
                              .earlier_ms = time(),
                              .callback = target()};
        for (std::uint64_t windows = below(4); windows > 0; --windows) made.windows.push_back({time(), time()});
        return made;
    }
    ledger::OutgoingText outgoing_text(std::int64_t number) {
        return {.number = number, .to = msisdn(), .text = text(200), .at_ms = time(), .tenant = text(10)};
    }
    ledger::Evidence evidence(std::int64_t number) {
        return {.number = number,
                .at_ms = time(),
                .tenant = text(10),
                .msisdn = msisdn(),
                .step = text(10),
                .actor = text(10),
                .text = text(200),
                .gateway = text(8)};
    }
    ledger::StoredCallback callback(std::int64_t number, std::uint64_t lane) {
        return {.number = number,
                .event_id = text(36),
                .event_type = text(15),
                .tenant = text(10),
                .msisdn = msisdn(),
                .track = static_cast<TrackNumber>(below(100)),
                .lane = lane,
                .target = {.url = "http://y.example/" + text(40), .meta_json = text(50), .secret = bytes(64)},
                .body = text(5000),
                .created_ms = time(),
                .next_ms = time(),
                .attempts = static_cast<std::uint32_t>(below(20)),
                .dead = false,
                .last_error = text(30)};
    }
    ledger::IdempotentAnswer answer() {
        return {.tenant = text(10),
                .key = text(40),
                .fingerprint = text(64),
                .status = static_cast<int>(below(600)),
                .body = text(400),
                .at_ms = time()};
    }

   private:
    std::mt19937_64 random_;
};

}  // namespace simtrail::testing

/// For tests alone: records are equal where all their members are.
namespace simtrail::ledger {

inline auto members(const Consent& c) {
    return std::tie(c.number, c.tenant, c.msisdn, c.state, c.requested_ms, c.received_ms, c.expires_ms, c.text_ms,
                    c.gateway_ms, c.ended_ms, c.code, c.wrong_codes, c.tenant_name, c.callback);
}
inline auto members(const SimTrack& t) {
    return std::tie(t.number, t.track_id, t.tenant, t.msisdn, t.name, t.external_ref, t.state, t.reason, t.has_position,
                    t.silent, t.created_ms, t.started_ms, t.stopped_ms, t.expiry_ms, t.earlier_ms, t.windows,
                    t.callback);
}
inline auto members(const OutgoingText& t) { return std::tie(t.number, t.to, t.text, t.at_ms, t.tenant); }
inline auto members(const StoredCallback& c) {
    return std::tie(c.number, c.event_id, c.event_type, c.tenant, c.msisdn, c.track, c.lane, c.target, c.body,
                    c.created_ms, c.next_ms, c.attempts, c.dead, c.last_error);
}
inline auto members(const IdempotentAnswer& a) {
    return std::tie(a.tenant, a.key, a.fingerprint, a.status, a.body, a.at_ms, a.msisdn);
}
inline auto members(const SourcePosition& s) { return std::tie(s.source, s.lines); }
inline auto members(const Counters& c) { return std::tie(c.consent, c.track, c.text, c.callback, c.evidence); }

template <class Record>
    requires requires(const Record& record) { members(record); }
bool operator==(const Record& a, const Record& b) {
    return members(a) == members(b);
}

}  // namespace simtrail::ledger
