#include <cstdio>
#include <exception>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include "adapters/cli/command.hpp"

namespace {

using simtrail::cli::ExitCode;

int fail(ExitCode code, const char* message) {
    std::fprintf(stderr, "simtrail: %s\n", message);
    return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "simtrail: SIM-based tracking beside an operator's network.\n"
        "Turns the network's cell feed into consented GeoJSON traces with an honest radius.",
        "simtrail"};
    app.require_subcommand(1);
    app.set_version_flag("--version", SIMTRAIL_VERSION);
    simtrail::cli::add_replay_command(app);
    simtrail::cli::add_cells_command(app);
    simtrail::cli::add_evaluate_command(app);
    simtrail::cli::add_export_command(app);
    try {
        spdlog::set_default_logger(spdlog::stderr_color_mt("simtrail"));  // standard output is for results alone
        app.parse(argc, argv);
        return static_cast<int>(ExitCode::done);
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return app.exit(version);
    } catch (const CLI::ParseError& error) {
        return fail(ExitCode::usage, error.what());
    } catch (const simtrail::cli::CommandError& error) {
        return fail(error.code(), error.what());
    } catch (const std::exception& error) {
        return fail(ExitCode::failed, error.what());
    }
}
