#pragma once

#include <memory>
#include <string>

#include "adapters/config/configuration.hpp"

namespace simtrail::cli {

/// `simtrail serve`: everything wired together. The I/O runs on the caller's thread.
class Daemon {
   public:
    /// `configuration_path`: read again at SIGHUP; empty: the embedded default.
    Daemon(config::Configuration configuration, std::string configuration_path);
    ~Daemon();

    /// Serves until SIGTERM or SIGINT, then drains. Throws std::runtime_error with a message for people where it cannot start or
    /// must not go on.
    void run();

   private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace simtrail::cli
