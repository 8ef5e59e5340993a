#pragma once

#include <stdexcept>
#include <string>

namespace CLI {
class App;
}

namespace simtrail::cli {

/// Exit codes of the contract (PRODUCT, section 1).
enum class ExitCode : int { done = 0, failed = 1, usage = 2 };

/// Ends a command: `main` prints the message, one line, on standard error and exits with the code.
class CommandError : public std::runtime_error {
   public:
    CommandError(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    ExitCode code() const noexcept { return code_; }

   private:
    ExitCode code_;
};

// Each command adds itself with its options and the callback that does the work, in a file of its name.
void add_cells_command(CLI::App& app);
void add_replay_command(CLI::App& app);
void add_serve_command(CLI::App& app);
void add_export_command(CLI::App& app);
void add_evaluate_command(CLI::App& app);
void add_keys_command(CLI::App& app);
void add_callbacks_command(CLI::App& app);
void add_consents_command(CLI::App& app);
void add_subscriber_command(CLI::App& app);
void add_backup_command(CLI::App& app);

}  // namespace simtrail::cli
