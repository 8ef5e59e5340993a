#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cli/clock.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/database_path.hpp"
#include "storage/operator_desk.hpp"

namespace simtrail::cli {

namespace {

constexpr std::size_t callbacks_a_page = 1000;

struct CallbacksOptions {
    DatabaseChoice database;
    std::vector<std::int64_t> numbers;
    bool all = false, json = false;
};

nlohmann::json json_of(const ledger::StoredCallback& callback) {
    return {{"number", callback.number},     {"id", callback.event_id},     {"eventType", callback.event_type},
            {"tenant", callback.tenant},     {"url", callback.target.url},  {"createdAt", callback.created_ms},
            {"attempts", callback.attempts}, {"error", callback.last_error}};
}

void print_line(const ledger::StoredCallback& callback) {
    fmt::print("{:>8}  {:<16}  {:<16}  {:<20}  {:>8}  {}  {}\n", callback.number, callback.event_type, callback.tenant,
               time_text(callback.created_ms), callback.attempts, callback.target.url, callback.last_error);
}

/// Neither secrets nor bodies, which speak of subscribers.
void list(const CallbacksOptions& options) {
    const std::string path = existing_database_of(options.database);
    nlohmann::json all = nlohmann::json::array();
    if (!options.json)
        fmt::print("{:>8}  {:<16}  {:<16}  {:<20}  {:>8}  {}\n", "number", "event", "tenant", "created", "attempts",
                   "url, error");
    std::int64_t last = 0;
    for (auto page = storage::list_dead_callbacks(path, last, callbacks_a_page); !page.empty();
         page = storage::list_dead_callbacks(path, last, callbacks_a_page)) {
        for (const auto& callback : page) options.json ? all.push_back(json_of(callback)) : print_line(callback);
        last = page.back().number;
    }
    if (options.json)
        fmt::print("{}\n",
                   nlohmann::json{{"callbacks", all}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void resend(const CallbacksOptions& options) {
    if (options.all == !options.numbers.empty())
        throw CommandError(ExitCode::usage, "callbacks resend: give numbers of dead letters, or --all");
    const std::string path = existing_database_of(options.database);
    const std::int64_t now = wall_clock_ms();
    std::size_t woken = options.all ? storage::resend_callbacks(path, std::nullopt, now) : 0;
    for (const std::int64_t number : options.numbers) {
        const std::size_t found = storage::resend_callbacks(path, number, now);
        if (found == 0)
            throw CommandError(
                ExitCode::failed,
                fmt::format("callbacks resend: there is no dead letter {}; those before it wait again", number));
        woken += found;
    }
    fmt::print("{} {} again\n", woken, woken == 1 ? "callback waits" : "callbacks wait");
}

}  // namespace

void add_callbacks_command(CLI::App& app) {
    auto options = std::make_shared<CallbacksOptions>();
    auto* callbacks = app.add_subcommand("callbacks", "Dead letters: callbacks that could not be delivered for a day");
    callbacks->require_subcommand(1);

    auto* list_dead = callbacks->add_subcommand("list", "All dead letters");
    add_database_options(*list_dead, options->database);
    list_dead->add_flag("--json", options->json, "One JSON object on standard output");
    list_dead->callback([options] { list(*options); });

    auto* resend_dead = callbacks->add_subcommand("resend", "Lets dead letters be tried again, for another day");
    add_database_options(*resend_dead, options->database);
    resend_dead->add_option("NUMBER", options->numbers, "Which, as `callbacks list` numbers them")
        ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max(), "a number of `callbacks list`"));
    resend_dead->add_flag("--all", options->all, "All of them");
    resend_dead->callback([options] { resend(*options); });
}

}  // namespace simtrail::cli
