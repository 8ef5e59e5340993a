#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/access/api_keys.hpp"
#include "adapters/cli/clock.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/database_path.hpp"
#include "engine/ledger/duration.hpp"
#include "storage/key_store.hpp"

namespace simtrail::cli {

namespace {

constexpr std::int64_t longest_key_ms = 3650LL * 86'400'000;  // ten years: for longer, say nothing
constexpr std::size_t longest_tenant = 64;
constexpr const char* tenant_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

struct KeysOptions {
    DatabaseChoice database;
    std::string tenant, name, expires, id;
    std::vector<std::string> scopes;
    bool json = false;
};

access::Scopes scopes_of(const std::vector<std::string>& names) {
    access::Scopes scopes;
    for (const std::string& name : names)
        scopes.add(
            static_cast<access::Scope>(std::ranges::find(access::scope_names, name) - access::scope_names.begin()));
    return scopes;
}

std::vector<std::string> names_of(access::Scopes scopes) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < access::scope_names.size(); ++i)
        if (scopes.has(static_cast<access::Scope>(i))) names.emplace_back(access::scope_names[i]);
    return names;
}

void check_tenant(const std::string& tenant) {
    if (tenant.empty() || tenant.size() > longest_tenant || tenant.find_first_not_of(tenant_letters) != tenant.npos)
        throw CommandError(ExitCode::usage, "keys add: --tenant is 1 to 64 letters, digits, '.', '_' and '-'");
}

/// It stands in the texts that ask for consent, between words of ours.
void check_name(const std::string& name) {
    const bool controls =
        std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
    if (name.size() > longest_tenant || controls)
        throw CommandError(ExitCode::usage, "keys add: --name is at most 64 bytes, without control characters");
}

std::int64_t lifetime_ms(const std::string& text) {
    const auto duration = ledger::parse_duration(text, longest_key_ms);
    if (!duration) throw CommandError(ExitCode::usage, "keys add: --expires: " + duration.error());
    return *duration;
}

void add(const KeysOptions& options) {
    check_tenant(options.tenant);
    check_name(options.name);
    const std::int64_t now = wall_clock_ms();
    access::NewKey key = access::make_key();
    key.record.tenant = options.tenant;
    key.record.tenant_name = options.name;
    key.record.scopes = scopes_of(options.scopes);
    key.record.created_ms = now;
    key.record.expires_ms = options.expires.empty() ? 0 : now + lifetime_ms(options.expires);
    storage::add_key(database_path_of(options.database), key.record);
    fmt::print("{}\n", key.text);
}

std::string status_of(const access::ApiKey& key, std::int64_t now) {
    if (key.revoked_ms != 0) return "revoked";
    return key.expires_ms != 0 && key.expires_ms <= now ? "expired" : "valid";
}

void list(const KeysOptions& options) {
    const auto keys = storage::list_keys(existing_database_of(options.database));
    const std::int64_t now = wall_clock_ms();
    if (options.json) {
        nlohmann::json all = nlohmann::json::array();
        for (const auto& key : keys)
            all.push_back({{"id", key.id},
                           {"tenant", key.tenant},
                           {"name", key.tenant_name},
                           {"scopes", names_of(key.scopes)},
                           {"createdAt", key.created_ms},
                           {"expiresAt", key.expires_ms},
                           {"revokedAt", key.revoked_ms},
                           {"status", status_of(key, now)}});
        fmt::print("{}\n",
                   nlohmann::json{{"keys", all}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        return;
    }
    fmt::print("{:<12}  {:<16}  {:<7}  {:<20}  {:<20}  {}\n", "id", "tenant", "status", "created", "expires", "scopes");
    for (const auto& key : keys)
        fmt::print("{:<12}  {:<16}  {:<7}  {:<20}  {:<20}  {}\n", key.id, key.tenant, status_of(key, now),
                   time_text(key.created_ms), time_text(key.expires_ms), fmt::join(names_of(key.scopes), ","));
}

void revoke(const KeysOptions& options) {
    if (!storage::revoke_key(existing_database_of(options.database), options.id, wall_clock_ms()))
        throw CommandError(ExitCode::failed, "keys revoke: no key has this id; `simtrail keys list` shows them");
}

}  // namespace

void add_keys_command(CLI::App& app) {
    auto options = std::make_shared<KeysOptions>();
    auto* keys = app.add_subcommand("keys", "API keys of tenants; beside a running daemon too");
    keys->require_subcommand(1);

    auto* add_key = keys->add_subcommand("add", "Makes a key and prints it, this once");
    add_database_options(*add_key, options->database);
    add_key->add_option("--tenant", options->tenant, "Whose key; a new tenant is made")->required();
    add_key->add_option("--name", options->name,
                        "The tenant's name for people, in consent texts; another than before renames it");
    add_key->add_option("--scopes", options->scopes, "What it may do: consent,track,trace,feed,admin")
        ->required()
        ->delimiter(',')
        ->check(CLI::IsMember(std::vector<std::string>(access::scope_names.begin(), access::scope_names.end())));
    add_key->add_option("--expires", options->expires, "How long it is valid, as 90d; for ever where absent");
    add_key->callback([options] { add(*options); });

    auto* list_keys = keys->add_subcommand("list", "All keys, without their secrets");
    add_database_options(*list_keys, options->database);
    list_keys->add_flag("--json", options->json, "One JSON object on standard output");
    list_keys->callback([options] { list(*options); });

    auto* revoke_key = keys->add_subcommand("revoke", "Ends a key at once and for good");
    add_database_options(*revoke_key, options->database);
    revoke_key->add_option("ID", options->id, "The key's id, the part between the underscores")->required();
    revoke_key->callback([options] { revoke(*options); });
}

}  // namespace simtrail::cli
