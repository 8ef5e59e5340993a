#include "adapters/cli/configuration_check.hpp"

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include "adapters/cli/command.hpp"
#include "adapters/cli/daemon_setup.hpp"
#include "adapters/http/byte_stream.hpp"

namespace simtrail::cli {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(std::string_view key, const std::string& why) {
    throw CommandError(ExitCode::usage, std::string(key) + ": " + why);
}

void check(std::string_view key, const std::function<void()>& use) {
    try {
        use();
    } catch (const std::exception& error) {
        refuse(key, error.what());
    }
}

void check_folder(std::string_view key, const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        refuse(key, folder.string() + ": there is no such folder; make it, or name another");
}

void check_tls(std::string_view key, const config::Tls& tls) {
    if (const auto files = tls_of(tls)) check(key, [&] { http::make_server_context(*files); });
}

/// Port 0 is any that is free.
void check_addresses(const config::Configuration& configuration) {
    std::map<std::string, std::string_view> taken;
    const std::array<std::pair<std::string_view, std::string_view>, 3> listens{
        {{"[api] listen", configuration.api.listen},
         {"[operator] listen", configuration.operator_port.listen},
         {"[feed.tcp] listen", configuration.feed.tcp.listen}}};
    for (const auto& [key, listen] : listens) {
        if (listen.ends_with(":0")) continue;
        const auto [other, fresh] = taken.emplace(listen, key);
        if (!fresh)
            refuse(key, std::string(listen) + " is also that of " + std::string(other->second) + "; give it another");
    }
}

/// A watched folder that is not there (yet: it may be mounted) is no fault; the daemon tells of it, and goes on looking.
void check_folders(const config::Configuration& configuration) {
    const fs::path database = configuration.storage.path;
    if (database.has_parent_path()) check_folder("[storage] path", database.parent_path());
    const auto& watched = configuration.feed.directory;
    std::error_code error;
    if (watched.path.empty() || watched.done.empty() || !fs::is_directory(watched.path, error)) return;
    check_folder("[feed.directory] done", watched.done);
    if (fs::equivalent(watched.path, watched.done, error))
        refuse("[feed.directory] done", "it is the watched folder itself; name another");
}

}  // namespace

void check_named(const config::Configuration& configuration) {
    check_addresses(configuration);
    check_folders(configuration);
    check_tls("[api.tls]", configuration.api.tls);
    check_tls("[feed.tcp.tls]", configuration.feed.tcp.tls);
    check("[callbacks] ca_file", [&] { http::make_client_context(configuration.callbacks.ca_file); });
}

std::shared_ptr<const CellTable> checked_table(const config::Configuration& configuration) {
    std::shared_ptr<const CellTable> table;
    check("[cells] files", [&] { table = load_table(configuration); });
    return table;
}

}  // namespace simtrail::cli
