#include "adapters/api/commands.hpp"

#include <string>
#include <utility>

namespace simtrail::api {

using Made = std::expected<ledger::Command, Problem>;

Made request_consent_command(const Asked& asked, const BodyRules& rules) {
    const auto msisdn = parse_msisdn(asked.path, rules.msisdn_max_digits);
    if (!msisdn) return std::unexpected(msisdn.error());
    auto body = parse_consent_body(asked.body_json, rules);
    if (!body) return std::unexpected(std::move(body).error());
    return ledger::RequestConsent{.caller = asked.caller, .msisdn = *msisdn, .callback = std::move(body->callback)};
}

Made revoke_consent_command(const Asked& asked, const BodyRules& rules) {
    const auto msisdn = parse_msisdn(asked.path, rules.msisdn_max_digits);
    if (!msisdn) return std::unexpected(msisdn.error());
    return ledger::RevokeConsent{.caller = asked.caller, .msisdn = *msisdn};
}

Made create_sim_track_command(const Asked& asked, const BodyRules& rules) {
    auto body = parse_create_body(asked.body_json, rules);
    if (!body) return std::unexpected(std::move(body).error());
    return ledger::CreateSimTrack{.caller = asked.caller,
                                  .msisdn = body->msisdn,
                                  .name = std::move(body->name),
                                  .external_ref = std::move(body->external_ref),
                                  .start = body->start,
                                  .expiry_ms = body->expiry_ms,
                                  .callback = std::move(body->callback)};
}

Made update_sim_track_command(const Asked& asked, const BodyRules& rules) {
    auto body = parse_update_body(asked.body_json, rules);
    if (!body) return std::unexpected(std::move(body).error());
    ledger::TrackReference track{std::string(asked.path)};
    if (body->start)
        return ledger::StartSimTrack{
            .caller = asked.caller, .track = std::move(track), .callback = std::move(body->callback)};
    return ledger::StopSimTrack{
        .caller = asked.caller, .track = std::move(track), .callback = std::move(body->callback)};
}

Made delete_sim_track_command(const Asked& asked, const BodyRules&) {
    return ledger::DeleteSimTrack{.caller = asked.caller, .track = {std::string(asked.path)}};
}

}  // namespace simtrail::api
