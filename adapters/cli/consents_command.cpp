#include <csignal>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "adapters/cli/database_path.hpp"
#include "storage/operator_desk.hpp"

namespace simtrail::cli {

namespace {

struct ConsentsOptions {
    DatabaseChoice database;
    std::string format = "json";
};

void print_json(const ledger::Evidence& e) {
    const nlohmann::ordered_json line{
        {"number", e.number}, {"at", e.at_ms},    {"tenant", e.tenant}, {"msisdn", e.msisdn.text()},
        {"step", e.step},     {"actor", e.actor}, {"text", e.text},     {"gateway", e.gateway}};
    fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// RFC 4180: always in quotes, quotes doubled. A leading sign of a formula gets an apostrophe: spreadsheets run those.
std::string csv_field(const std::string& text) {
    std::string field = "\"";
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) field += '\'';
    for (const char c : text) field.append(c == '"' ? 2 : 1, c);
    return field + '"';
}

void print_csv(const ledger::Evidence& e) {
    fmt::print("{},{},{},{},{},{},{},{}\r\n", e.number, e.at_ms, csv_field(e.tenant), csv_field(e.msisdn.text()),
               csv_field(e.step), csv_field(e.actor), csv_field(e.text), csv_field(e.gateway));
}

void run(const ConsentsOptions& options) {
    const std::string path = existing_database_of(options.database);
    std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is a write error, told as one
    const bool csv = options.format == "csv";
    if (csv) fmt::print("number,at,tenant,msisdn,step,actor,text,gateway\r\n");
    storage::for_each_evidence(path, [&](const ledger::Evidence& e) { csv ? print_csv(e) : print_json(e); });
}

}  // namespace

void add_consents_command(CLI::App& app) {
    auto options = std::make_shared<ConsentsOptions>();
    auto* consents = app.add_subcommand("consents", "The evidence of consents");
    consents->require_subcommand(1);
    auto* command = consents->add_subcommand("export", "Every step of every consent, to standard output");
    add_database_options(*command, options->database);
    command->add_option("--format", options->format, "json (a line a step) or csv")
        ->check(CLI::IsMember(std::vector<std::string>{"json", "csv"}));
    command->callback([options] { run(*options); });
}

}  // namespace simtrail::cli
