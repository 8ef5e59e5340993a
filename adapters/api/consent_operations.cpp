#include <utility>

#include "adapters/api/operations.hpp"
#include "adapters/api/status_json.hpp"

namespace simtrail::api {

namespace {

http::Response requested(const ledger::Decision& decision) {
    if (decision.consent && decision.consent->state == ledger::ConsentState::allowed)
        return data_answer(200, R"({"status":"allowed"})");
    return data_answer(202, R"({"status":"initiated"})");
}

}  // namespace

void request_consent(const Desks& desks, Call call) {
    const auto msisdn = parse_msisdn(call.arguments.at(0), desks.options.msisdn_max_digits);
    if (!msisdn) return call.refuse(msisdn.error());
    auto body = parse_consent_body(call.request.body, desks.body_rules());
    if (!body) return call.refuse(std::move(body).error());
    ledger::RequestConsent command{.caller = call.caller, .msisdn = *msisdn, .callback = std::move(body->callback)};
    submit(desks, std::move(call), std::move(command), requested);
}

void retrieve_consent(const Desks& desks, Call call) {
    const auto msisdn = parse_msisdn(call.arguments.at(0), desks.options.msisdn_max_digits);
    if (!msisdn) return call.refuse(msisdn.error());
    std::string data;
    desks.control.read([&](const ledger::LedgerBook& book) {
        const ledger::Consent* consent = book.consent(call.caller.tenant, *msisdn);
        data = consent_json(consent != nullptr ? *consent : ledger::Consent{.msisdn = *msisdn});
    });
    call.reply(data_answer(200, data));
}

void revoke_consent(const Desks& desks, Call call) {
    const auto msisdn = parse_msisdn(call.arguments.at(0), desks.options.msisdn_max_digits);
    if (!msisdn) return call.refuse(msisdn.error());
    ledger::RevokeConsent command{.caller = call.caller, .msisdn = *msisdn};
    submit(desks, std::move(call), std::move(command), [](const ledger::Decision& decision) {
        return data_answer(200, decision.consent ? consent_json(*decision.consent) : "{}");
    });
}

}  // namespace simtrail::api
