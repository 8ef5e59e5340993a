#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

#include "bench/simulate/command.hpp"

int main(int argc, char** argv) {
    using namespace simtrail::simulate;
    CLI::App app{
        "simtrail-simulate: makes a city, drives vehicles through it, and writes what its mobile network would see.\n"
        "The same seed gives the same bytes everywhere.",
        "simtrail-simulate"};
    Command command;
    add_options(app, command);
    try {
        app.parse(argc, argv);
        run(command);
        return 0;
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "simtrail-simulate: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "simtrail-simulate: %s\n", error.what());
        return 1;
    }
}
