#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "adapters/cli/command.hpp"
#include "adapters/cli/configuration_check.hpp"
#include "adapters/cli/daemon.hpp"
#include "adapters/cli/sms_setup.hpp"
#include "adapters/config/configuration.hpp"

namespace simtrail::cli {

namespace {

struct ServeArguments {
    std::string configuration;
    std::vector<std::string> cells;
    bool check = false;
};

config::Configuration read_configuration(const ServeArguments& arguments) {
    config::Configuration configuration;
    if (!arguments.configuration.empty()) {
        auto read = config::load_configuration(arguments.configuration);
        if (!read) throw CommandError(ExitCode::usage, read.error().message);
        configuration = std::move(*read);
    }
    if (const auto fault = gateway_fault(configuration.sms))
        throw CommandError(ExitCode::usage, arguments.configuration + ": " + *fault);
    configuration.cells.files.insert(configuration.cells.files.end(), arguments.cells.begin(), arguments.cells.end());
    return configuration;
}

void run_daemon(const ServeArguments& arguments) {
    const config::Configuration configuration = read_configuration(arguments);
    check_named(configuration);
    if (arguments.check) {
        checked_table(configuration);
        return fmt::print("the configuration is good\n");
    }
    Daemon(configuration, arguments.configuration).run();
}

}  // namespace

void add_serve_command(CLI::App& app) {
    auto arguments = std::make_shared<ServeArguments>();
    CLI::App* serve = app.add_subcommand(
        "serve",
        "The daemon: HTTP API on 127.0.0.1:7480, cell feed on 127.0.0.1:7400, operator's port on 127.0.0.1:7490.\n"
        "Without --config: simtrail.db in the working directory, and a console SMS gateway\n"
        "(GET /sms/outbox and POST /sms/inbox at the operator's port). Ready when /readyz answers 200;\n"
        "SIGHUP reads cells, certificates and log level again, SIGTERM ends it with everything committed.\n"
        "Example: simtrail serve --config /etc/simtrail/simtrail.toml");
    serve->add_option("--config", arguments->configuration,
                      "TOML; packaging/simtrail.example.toml documents every key");
    serve->add_option("--cells", arguments->cells,
                      "cell models and site tables, beside those of [cells] files; later ones win");
    serve->add_flag("--check", arguments->check, "validate the configuration and what it names, and exit");
    serve->callback([arguments] { run_daemon(*arguments); });
}

}  // namespace simtrail::cli
