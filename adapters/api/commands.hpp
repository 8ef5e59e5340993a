#pragma once

#include <expected>
#include <string_view>

#include "adapters/api/bodies.hpp"
#include "engine/ledger/command.hpp"

// The operations that change something, as commands to the ledger: from a request of the API or a control line of a feed.
namespace simtrail::api {

/// What an operation is given.
struct Asked {
    const ledger::Caller& caller;
    std::string_view path;       // the argument of the path, decoded; empty where the operation has none
    std::string_view body_json;  // empty where the operation has none
};

using MakeCommand = std::expected<ledger::Command, Problem> (*)(const Asked&, const BodyRules&);

std::expected<ledger::Command, Problem> request_consent_command(const Asked& asked, const BodyRules& rules);
std::expected<ledger::Command, Problem> revoke_consent_command(const Asked& asked, const BodyRules& rules);
std::expected<ledger::Command, Problem> create_sim_track_command(const Asked& asked, const BodyRules& rules);
std::expected<ledger::Command, Problem> update_sim_track_command(const Asked& asked, const BodyRules& rules);
std::expected<ledger::Command, Problem> delete_sim_track_command(const Asked& asked, const BodyRules& rules);

}  // namespace simtrail::api
