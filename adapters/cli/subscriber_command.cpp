#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "adapters/cli/clock.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/database_path.hpp"
#include "adapters/config/configuration.hpp"
#include "adapters/record/recordings.hpp"
#include "storage/operator_desk.hpp"
#include "storage/writer_lock.hpp"

namespace simtrail::cli {

namespace {

constexpr std::chrono::milliseconds between_looks{50};

struct EraseOptions {
    DatabaseChoice database;
    std::string msisdn;
    int wait_s = 30;
};

/// Leaves the request to the simtrail that has the database, and waits for its answer.
ledger::OperatorAnswer ask_daemon(const std::string& path, Msisdn msisdn, std::chrono::seconds wait) {
    storage::DaemonRequest request(path, "erase", msisdn.text(), wall_clock_ms());
    const auto until = std::chrono::steady_clock::now() + wait;
    do {
        if (auto answer = request.answer()) {
            request.withdraw();
            return *answer;
        }
        std::this_thread::sleep_for(between_looks);
    } while (std::chrono::steady_clock::now() < until);
    request.withdraw();
    throw CommandError(
        ExitCode::failed,
        fmt::format("subscriber erase: the simtrail that has {} did not answer within {} s; the request is "
                    "taken back: look at that process and try again",
                    path, wait.count()));
}

/// No daemon appends to them now.
void erase_recordings(const DatabaseChoice& choice, Msisdn msisdn) {
    if (choice.config.empty()) return;
    const auto configuration = config::load_configuration(choice.config);
    if (!configuration)
        throw CommandError(ExitCode::failed, "subscriber erase: erased, but nobody knows where recordings are: " +
                                                 configuration.error().message);
    if (configuration->record.path.empty()) return;
    if (std::filesystem::exists(configuration->record.path))
        record::erase_from_recordings(configuration->record.path, {msisdn});
}

void erase(const EraseOptions& options) {
    const auto msisdn = Msisdn::parse(options.msisdn);
    if (!msisdn) throw CommandError(ExitCode::usage, "subscriber erase: MSISDN is 1 to 15 digits");
    const std::string path = existing_database_of(options.database);
    try {
        const bool erased = storage::erase_directly(path, *msisdn);
        erase_recordings(options.database, *msisdn);
        if (!erased)
            throw CommandError(ExitCode::failed, "subscriber erase: erased, but a reader keeps old bytes in " + path +
                                                     "-wal: end it and repeat the command");
    } catch (const storage::WriterBusy&) {
        const auto answer = ask_daemon(path, *msisdn, std::chrono::seconds(options.wait_s));
        if (!answer.done) throw CommandError(ExitCode::failed, "subscriber erase: " + answer.message);
    }
    fmt::print("{} is erased\n", msisdn->masked());
}

}  // namespace

void add_subscriber_command(CLI::App& app) {
    auto options = std::make_shared<EraseOptions>();
    auto* subscriber = app.add_subcommand("subscriber", "What is kept of a subscriber");
    subscriber->require_subcommand(1);
    auto* command = subscriber->add_subcommand(
        "erase", "Erases consents, tracks, traces, evidence and outboxes of a subscriber; beside a running daemon too");
    add_database_options(*command, options->database);
    command->add_option("MSISDN", options->msisdn, "The subscriber's number")->required();
    command->add_option("--wait", options->wait_s, "Seconds to wait for a running daemon")->check(CLI::Range(1, 3600));
    command->callback([options] { erase(*options); });
}

}  // namespace simtrail::cli
