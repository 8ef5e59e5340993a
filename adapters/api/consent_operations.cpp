#include <utility>

#include "adapters/api/commands.hpp"
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
    auto command = request_consent_command({call.caller, call.arguments.at(0), call.request.body}, desks.body_rules());
    if (!command) return call.refuse(std::move(command).error());
    submit(desks, std::move(call), *std::move(command), requested);
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
    auto command = revoke_consent_command({call.caller, call.arguments.at(0), {}}, desks.body_rules());
    if (!command) return call.refuse(std::move(command).error());
    submit(desks, std::move(call), *std::move(command), [](const ledger::Decision& decision) {
        return data_answer(200, decision.consent ? consent_json(*decision.consent) : "{}");
    });
}

}  // namespace simtrail::api
