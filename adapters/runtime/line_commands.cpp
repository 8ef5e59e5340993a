#include "adapters/runtime/line_commands.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "adapters/api/commands.hpp"

namespace simtrail::runtime {

namespace {

using feed::Outcome;

struct Operation {
    std::string_view name;          // the contract's, section 4
    api::MakeCommand make_command;  // nullptr: it only reads
};
constexpr std::array operations{Operation{"requestConsent", api::request_consent_command},
                                Operation{"revokeConsent", api::revoke_consent_command},
                                Operation{"createSimTrack", api::create_sim_track_command},
                                Operation{"updateSimTrack", api::update_sim_track_command},
                                Operation{"deleteSimTrack", api::delete_sim_track_command},
                                Operation{"retrieveConsent", nullptr},
                                Operation{"getConsentStatus", nullptr},
                                Operation{"listSimTracks", nullptr},
                                Operation{"getTraceData", nullptr},
                                Operation{"getSimTrackStatusById", nullptr},
                                Operation{"getSimTrackStatusByName", nullptr},
                                Operation{"getSimTrackStatusByMsisdn", nullptr}};

/// Where lines do not say: who asked, and by which gateway a text came.
constexpr std::string_view unnamed_key = "control";
constexpr std::string_view unnamed_gateway = "feed";

/// As `keys add` has it.
bool is_tenant(std::string_view text) noexcept {
    constexpr std::size_t longest = 64;
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !text.empty() && text.size() <= longest && text.find_first_not_of(letters) == text.npos;
}

std::string or_else(const std::string& text, std::string_view absent) {
    return text.empty() ? std::string(absent) : text;
}

using Made = std::expected<std::optional<ledger::Command>, Outcome>;

Made made_of(const feed::SmsLine& sms, const api::BodyRules&) {
    return ledger::ReceiveText{.from = sms.from,
                               .text = sms.text,
                               .gateway = or_else(sms.gateway, unnamed_gateway),
                               .gateway_ms = sms.gateway_ms};
}

Made made_of(const feed::ControlLine& call, const api::BodyRules& rules) {
    const auto* const operation = std::ranges::find(operations, call.operation, &Operation::name);
    if (operation == operations.end()) return std::unexpected(Outcome::unknown_operation);
    if (!is_tenant(call.tenant)) return std::unexpected(Outcome::bad_argument);
    if (operation->make_command == nullptr) return std::nullopt;
    const ledger::Caller caller{
        .tenant = call.tenant, .tenant_name = call.tenant_name, .key_id = or_else(call.key_id, unnamed_key)};
    auto command = operation->make_command({caller, call.path, call.body_json}, rules);
    if (!command) return std::unexpected(Outcome::bad_argument);
    return *std::move(command);
}

/// `{"type":"control",…,"op":"noteText","path":to,"body":{"fate","detail"}}`
Made note_of(const feed::ControlLine& call) {
    const auto to = Msisdn::parse(call.path);
    const auto body = nlohmann::json::parse(call.body_json, nullptr, false);
    if (!to || !body.is_object() || !body.contains("fate") || !body["fate"].is_string())
        return std::unexpected(Outcome::bad_argument);
    const auto* const fate = std::ranges::find(ledger::text_fate_steps, body["fate"].get<std::string>());
    if (fate == ledger::text_fate_steps.end()) return std::unexpected(Outcome::bad_argument);
    const auto detail = body.find("detail");
    return ledger::NoteText{.to = *to,
                            .tenant = call.tenant,
                            .fate = static_cast<ledger::TextFate>(fate - ledger::text_fate_steps.begin()),
                            .detail = detail != body.end() && detail->is_string() ? detail->get<std::string>() : ""};
}

}  // namespace

Made recorded_command_of(const feed::ConversationLine& line, const api::BodyRules& rules) {
    const auto* call = std::get_if<feed::ControlLine>(&line);
    return call != nullptr && call->operation == "noteText" ? note_of(*call) : command_of(line, rules);
}

Made command_of(const feed::ConversationLine& line, const api::BodyRules& rules) {
    return std::visit([&](const auto& said) { return made_of(said, rules); }, line);
}

}  // namespace simtrail::runtime
