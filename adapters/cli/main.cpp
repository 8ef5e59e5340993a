#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"
#include "engine/events/msisdn.hpp"

namespace {

using simtrail::cli::ExitCode;

int fail(ExitCode code, const std::string& message) {
    std::fprintf(stderr, "simtrail: %s\n", message.c_str());
    return static_cast<int>(code);
}

/// A message that quotes the command line, without the subscribers' numbers in it.
std::string masked(const std::string& message) {
    constexpr std::size_t shortest = 7;
    std::string text;
    for (std::size_t i = 0; i < message.size();) {
        const std::size_t digits = std::min(message.find_first_not_of("0123456789", i), message.size()) - i;
        const auto msisdn = simtrail::Msisdn::parse(message.substr(i, digits));
        text += digits >= shortest && msisdn ? msisdn->masked() : message.substr(i, std::max<std::size_t>(digits, 1));
        i += std::max<std::size_t>(digits, 1);
    }
    return text;
}

/// What was printed has to have arrived: a full disk behind standard output is no success.
int finish() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        return fail(ExitCode::failed, "standard output cannot be written: is the disk full or the reader gone?");
    return static_cast<int>(ExitCode::done);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "simtrail: SIM-based tracking beside an operator's network.\n"
        "Turns the network's cell feed into consented GeoJSON traces with an honest radius.",
        "simtrail"};
    app.require_subcommand(1);
    app.set_version_flag("--version", SIMTRAIL_VERSION);
    simtrail::cli::add_serve_command(app);
    simtrail::cli::add_replay_command(app);
    simtrail::cli::add_cells_command(app);
    simtrail::cli::add_evaluate_command(app);
    simtrail::cli::add_export_command(app);
    simtrail::cli::add_keys_command(app);
    simtrail::cli::add_callbacks_command(app);
    simtrail::cli::add_consents_command(app);
    simtrail::cli::add_subscriber_command(app);
    simtrail::cli::add_backup_command(app);
    try {
        spdlog::set_default_logger(spdlog::stderr_color_mt("simtrail"));  // standard output is for results alone
        app.parse(argc, argv);
        return finish();
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return app.exit(version);
    } catch (const CLI::ParseError& error) {
        return fail(ExitCode::usage, masked(error.what()));
    } catch (const simtrail::cli::CommandError& error) {
        return fail(error.code(), error.what());
    } catch (const std::exception& error) {
        return fail(ExitCode::failed, error.what());
    }
}
